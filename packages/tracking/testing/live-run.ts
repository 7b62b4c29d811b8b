import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../src/database/open.ts';
import type { LiveEvent } from '../src/live/feed.ts';
import { ingestPoints } from '../src/recording/ingest-points.ts';
import { insertRun } from './runs.ts';

/** A run that is under way, with a log that can be written to. */
export async function createLiveRun(database: Database, folder: string) {
  const { id, run } = await insertRun(database.sql, { status: 'running' });
  const path = join(folder, `${run}.jsonl`);
  let line = 0;
  const append = (count: number) => {
    const points = Array.from({ length: count }, () => {
      line++;
      return JSON.stringify({
        time: '2026-03-01T12:00:00.000Z',
        name: ['loss', 'accuracy'][line % 2],
        value: line,
        step: line,
      });
    });
    appendFileSync(path, `${points.join('\n')}\n`);
  };
  const send = (sql = database.sql) => ingestPoints(sql, id, path);
  const write = async (count: number) => {
    append(count);
    await send();
  };
  const end = async () => {
    await database.sql`update retort.runs set status = 'succeeded', ended_at = now(), updated_at = now() where id = ${id}`;
    await database.sql`select pg_notify('retort', ${JSON.stringify({ run: id })})`;
  };
  return { id, run, append, send, write, end };
}

/** Takes events until one fulfils the condition. */
export async function take(
  events: AsyncGenerator<LiveEvent>,
  last: (event: LiveEvent) => boolean,
): Promise<LiveEvent[]> {
  const taken: LiveEvent[] = [];
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('the events ended');
    taken.push(value);
    if (last(value)) return taken;
  }
}

/** The numbers of the lines that events tell, of one run or of all. */
export const linesOf = (events: readonly LiveEvent[], run?: string) =>
  events.flatMap((event) =>
    event.type === 'points' && (run ?? event.run) === event.run ? event.points.map(({ line }) => line) : [],
  );
export const upTo = (line: number) => (event: LiveEvent) =>
  event.type === 'points' && event.points.at(-1)?.line === line;
export const isEnd = (event: LiveEvent) => event.type === 'run' && event.run.status === 'succeeded';
export const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
