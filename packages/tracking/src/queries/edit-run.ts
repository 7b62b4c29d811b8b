import { UserError } from '@retort/shared';
import type { Sql } from '../database/open.ts';
import { checkRunKeys, noRun } from './run-keys.ts';

/** What people add to a run; undefined leaves it as it is. */
export interface RunEdit {
  readonly notes?: string;
  readonly tags?: readonly string[];
  readonly archived?: boolean;
}

/** Changes notes, tags or the archive of a run, which its readers are told. A NotFound if there is no such run. */
export async function editRun(sql: Sql, run: string, { notes, tags, archived }: RunEdit): Promise<void> {
  const [key] = checkRunKeys([run]);
  if (tags?.some((tag) => tag.trim() === '') === true) {
    throw new UserError('a tag is blank', { place: { field: 'tags' }, remedy: 'leave it out' });
  }
  const once = tags === undefined ? null : [...new Set(tags.map((tag) => tag.trim()))];
  await sql.begin(async (tx) => {
    const [found] = await tx<{ id: number; status: string }[]>`
      update retort.runs set notes = coalesce(${notes ?? null}, notes), tags = coalesce(${once}::text[], tags),
        archived_at = case ${archived ?? null}::boolean when true then coalesce(archived_at, now()) when false then null
          else archived_at end,
        updated_at = now()
      where key = ${key} returning id, status`;
    if (found === undefined) throw noRun(run);
    await tx`select pg_notify('retort', ${JSON.stringify({ run: found.id, status: found.status })})`;
  });
}
