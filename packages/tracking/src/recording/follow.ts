import { appendFileSync, existsSync, mkdirSync, statSync, truncateSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '@retort/shared/recording';
import { explainDatabaseError, isPassing } from '../database/errors.ts';
import { type Database, openDatabase } from '../database/open.ts';
import { recordRun } from './record-run.ts';
import { findSource, recordSource } from './sources.ts';
import { sync } from './sync.ts';

/** Milliseconds between two looks at the points; between two tries while the database does not take them, at most. */
const interval = 500;
const longestPause = 15_000;
/** How long a run that has ended waits for its database: what is missing then, the next sync sends. */
const patience = 20_000;

/**
 * Sends a run to the database as it goes on, until it has ended and all of it is there. Trouble is told in one line, once;
 * nobody waits for this program, and everything is in the folders.
 */
export async function follow(workspace: string, id: string, tell: (line: string) => void): Promise<void> {
  let database: Database | undefined;
  let told = '';
  let wait = interval;
  let endedSince: number | undefined;
  let seen = '';
  for (;;) {
    const running = recordSource(workspace, id)?.status === 'running';
    endedSince ??= running ? undefined : Date.now();
    try {
      if (database === undefined) {
        database = await openDatabase(workspace, { application: `retort recorder ${id}`, max: 1 });
        lowerPriority();
      }
      const now = running ? fingerprint(workspace, id) : '';
      if (now !== seen || !running) await send(database, workspace, id, running);
      seen = now;
      wait = interval;
      if (!running) break;
    } catch (error) {
      const line = oneLine(explainDatabaseError(error, database?.address ?? 'DATABASE_URL'));
      if (line !== told) tell(line);
      told = line;
      if (endedSince !== undefined && (!isPassing(error) || Date.now() - endedSince > patience)) break;
      wait = Math.min(wait * 2, longestPause, endedSince === undefined ? longestPause : 1000);
    }
    await pause(wait);
  }
  await database?.close();
}

/** While it runs its row and its points; at the end everything that the folders have. */
async function send({ sql }: Database, workspace: string, id: string, running: boolean): Promise<void> {
  const source = findSource(workspace, id);
  if (source !== undefined) await recordRun(sql, workspace, source);
  if (!running) await sync(sql, workspace);
}

/** Changes with every point, and when the record does. */
function fingerprint(workspace: string, id: string): string {
  const sizes = ['metrics.jsonl', 'run.json'].map((name) => {
    const path = join(workspace, '.retort', 'runs', id, name);
    return existsSync(path) ? `${statSync(path).size} ${name === 'run.json' ? statSync(path).mtimeMs : ''}` : '';
  });
  return sizes.join(':');
}

/** The stage goes first. After the server was started: that one serves others too. */
function lowerPriority(): void {
  try {
    setPriority(10);
  } catch {
    // Where that is not allowed, it is a few milliseconds a second all the same.
  }
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const place = error instanceof UserError && error.place.file !== undefined ? ` (${error.place.file})` : '';
  const remedy = error instanceof UserError ? `; ${error.remedy}` : '';
  return `note: the run is not in the database yet: ${message}${place}${remedy}`;
}

/** The log of all recorders, for when the stage that would print their lines is gone. */
export function recorderLog(workspace: string): (line: string) => void {
  const file = join(workspace, '.retort', 'recorder.log');
  return (line) => {
    mkdirSync(join(workspace, '.retort'), { recursive: true });
    if (existsSync(file) && statSync(file).size > 1_000_000) truncateSync(file);
    appendFileSync(file, `${new Date().toISOString()} ${line}\n`);
  };
}
