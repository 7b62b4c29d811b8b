import { UserError } from '@retort/shared';
import type { Sql } from '../database/open.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text looks like a run's name. */
export function isRunKey(text: string): boolean {
  return uuid.test(text);
}

/** Every name at most once, in order; a UserError for what looks like none. */
export function checkRunKeys(runs: readonly string[]): string[] {
  const wrong = runs.find((run) => !isRunKey(run));
  if (wrong !== undefined) throw noRun(wrong);
  return [...new Set(runs)];
}

/**
 * The runs that people mean: by a run's name, by its end as lists show it or its beginning (4 characters or more), or by `project/stage` for the newest
 * of these that succeeded, else the newest. A UserError tells what is not there, or is not clear.
 */
export async function resolveRuns(sql: Sql, names: readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for (const name of names) keys.push(await resolveRun(sql, name));
  return keys;
}

async function resolveRun(sql: Sql, name: string): Promise<string> {
  const slash = name.lastIndexOf('/');
  if (slash > 0) {
    const [newest] = await sql<{ key: string }[]>`
      select key::text from retort.runs where project = ${name.slice(0, slash)} and stage = ${name.slice(slash + 1)}
      order by status = 'succeeded' desc, started_at desc, id desc limit 1`;
    if (newest === undefined) throw noRun(name);
    return newest.key;
  }
  const text = name.toLowerCase();
  if (!/^[0-9a-f-]{4,36}$/.test(text)) throw noRun(name);
  const found = await sql<{ key: string }[]>`
    select key::text from retort.runs
    where starts_with(key::text, ${text}) or right(key::text, ${text.length}::int) = ${text} order by key limit 3`;
  if (found.length === 0) throw noRun(name);
  if (found.length === 1) return found[0].key;
  throw new UserError(`several runs begin or end with "${name}": ${found.map(({ key }) => key).join(', ')}`, {
    place: { field: 'run' },
    remedy: 'give more of its name',
  });
}

/** A NotFound if one of the runs is not there. */
export async function requireRuns(sql: Sql, runs: readonly string[]): Promise<void> {
  const keys = checkRunKeys(runs);
  const rows = await sql<{ key: string }[]>`select key::text from retort.runs where key = any(${keys}::uuid[])`;
  const found = new Set(rows.map(({ key }) => key));
  const missing = keys.find((key) => !found.has(key));
  if (missing !== undefined) throw noRun(missing);
}

/** Something was asked for by a name that nothing has. */
export class NotFound extends UserError {}

export function noRun(name: string): NotFound {
  return new NotFound(`there is no run "${name}"`, {
    place: { field: 'run' },
    remedy: 'list the runs: nx run tracking:runs; name one by its id, or as experiment/stage',
  });
}
