/** A line of `metrics.jsonl` as the database takes it. */
export interface Point {
  readonly name: string;
  readonly value: number;
  readonly time: string;
  readonly step: number | null;
  readonly epoch: number | null;
}

const largest = 2 ** 31 - 1;

/** Undefined for what is no point. By hand: it runs for each of a hundred thousand lines. */
export function parseLine(line: string): Point | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { name, value, time, step = null, epoch = null } = json as Record<string, unknown>;
  // Postgres keeps no character 0 in a text.
  if (typeof name !== 'string' || name.includes('\0')) return undefined;
  if (typeof value !== 'number' && value !== null) return undefined;
  if (typeof time !== 'string' || Number.isNaN(Date.parse(time))) return undefined;
  if (step !== null && !(typeof step === 'number' && Number.isInteger(step) && Math.abs(step) <= largest)) {
    return undefined;
  }
  if (epoch !== null && typeof epoch !== 'number') return undefined;
  // JSON has no NaN: the log writes null for what is not finite.
  return { name, value: value ?? Number.NaN, time, step, epoch };
}
