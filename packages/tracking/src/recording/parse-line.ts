/** A line of `metrics.jsonl` as the database takes it. */
export interface Point {
  readonly name: string;
  readonly value: number;
  readonly time: string;
  readonly step: number | null;
  readonly epoch: number | null;
}

const largest = 2 ** 31 - 1;
const longestName = 500;
const half = /\p{Surrogate}/u;
/** As JavaScript writes times of the years that Postgres writes in the same way. JavaScript reads much more than that, such as "1". */
const iso = /^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

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
  // Postgres keeps neither the character 0 nor half a pair of UTF-16, and an index has no room for a longer name.
  if (typeof name !== 'string' || name.length > longestName || name.includes('\0') || half.test(name)) return undefined;
  if (typeof value !== 'number' && value !== null) return undefined;
  if (typeof time !== 'string' || !iso.test(time) || Number.isNaN(Date.parse(time))) return undefined;
  if (step !== null && !(typeof step === 'number' && Number.isInteger(step) && Math.abs(step) <= largest)) {
    return undefined;
  }
  if (epoch !== null && !(typeof epoch === 'number' && isReal(epoch))) return undefined;
  // JSON has no NaN: the log writes null for what is not finite.
  return { name, value: value ?? Number.NaN, time, step, epoch };
}

/** Whether a number fits into four bytes, neither too large nor, but for 0, too small. */
function isReal(value: number): boolean {
  const real = Math.fround(value);
  return Number.isFinite(real) && (real !== 0 || value === 0);
}
