/** Where a mistake stands. Every part that is known is printed. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly field?: string;
}

/**
 * A mistake that the user can mend: what is wrong, where, and what to do about it.
 * Everything else that is thrown is a defect of ours and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly place: Place;
  readonly remedy: string;

  constructor(what: string, options: { place?: Place; remedy: string; cause?: unknown }) {
    super(what, { cause: options.cause });
    this.place = options.place ?? {};
    this.remedy = options.remedy;
  }
}

/** `experiments/x/ai.csv:12, field "label"`, or an empty string where nothing is known. */
export function formatPlace(place: Place): string {
  const position = place.file === undefined ? '' : place.file + (place.line === undefined ? '' : `:${place.line}`);
  const field = place.field === undefined ? '' : `field "${place.field}"`;
  return [position, field].filter((part) => part !== '').join(', ');
}

/** The lines that a command prints when it fails. A UserError has no stack in it, a defect has. */
export function formatError(error: unknown): string {
  if (!(error instanceof UserError)) {
    return `internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const place = formatPlace(error.place);
  return [`error: ${error.message}`, ...(place === '' ? [] : [`  at: ${place}`]), `  do: ${error.remedy}`].join('\n');
}

/** Whether something could not be written for want of room: on the disk, or within the user's quota. */
export function isDiskFull(error: unknown): error is NodeJS.ErrnoException {
  return (
    typeof error === 'object' && error !== null && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
  );
}

/** The entry of `candidates` nearest to `word` by edit distance, if it is near enough to be meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = (word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 2))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}
