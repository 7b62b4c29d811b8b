import { UserError } from '@retort/shared';
import { type RunStatus, runStatuses } from '../schema/index.ts';

/** How far a reader is in one run: the last line that it was told, and the status. */
export interface ReaderState {
  readonly line: number;
  /** Undefined before the run itself was told. */
  readonly status?: RunStatus;
}

/**
 * The cursor as text: for each run its name, the line and the status's first letter. Lines are those of `metrics.jsonl`, so
 * that a cursor stays good when the database is made again from the folders.
 */
export function encodePointsCursor(states: ReadonlyMap<string, ReaderState>): string {
  return [...states].map(([run, { line, status }]) => `${run}.${line}.${status?.[0] ?? ''}`).join('~');
}

export function decodePointsCursor(text: string): Map<string, ReaderState> {
  return new Map(text === '' ? [] : text.split('~').map(decodeEntry));
}

function decodeEntry(entry: string): [run: string, state: ReaderState] {
  const match = /^([0-9a-f-]{36})\.(\d{1,10})\.([rsfk]?)$/.exec(entry);
  if (match === null) throw wrongCursor();
  return [match[1], { line: Number(match[2]), status: runStatuses.find((status) => status[0] === match[3]) }];
}

export function wrongCursor(): UserError {
  return new UserError('the cursor is none of these events', {
    place: { field: 'cursor' },
    remedy: 'give that of the last event, unchanged; or none, for all from the beginning',
  });
}
