import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { openDatabase } from '../database/open.ts';
import { LiveFeed } from '../live/feed.ts';
import { editRun } from './edit-run.ts';
import { getRun } from './get-run.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let run: string;
beforeAll(async () => {
  database = await createTestDatabase();
  run = (await insertRun(database.sql, { notes: 'first', tags: ['a'] })).run;
});
afterAll(() => database.close());

describe('editRun', () => {
  it('changes what is given and leaves the rest', async () => {
    await editRun(database.sql, run, { notes: 'second' });
    expect(await getRun(database.sql, run)).toMatchObject({ notes: 'second', tags: ['a'], archived: false });
  });

  it('sets tags, each once, and none', async () => {
    await editRun(database.sql, run, { tags: [' b', 'b', 'c'] });
    expect((await getRun(database.sql, run)).tags).toEqual(['b', 'c']);
    await editRun(database.sql, run, { tags: [] });
    expect((await getRun(database.sql, run)).tags).toEqual([]);
  });

  it('archives, and takes out of the archive', async () => {
    await editRun(database.sql, run, { archived: true });
    expect((await getRun(database.sql, run)).archived).toBe(true);
    await editRun(database.sql, run, { archived: false });
    expect((await getRun(database.sql, run)).archived).toBe(false);
  });

  it('is told to who follows', async () => {
    const feed = new LiveFeed(() => openDatabase('', { ...database.options, migrate: false, max: 2 }));
    const events = feed.runs();
    await events.next();
    const next = events.next();
    await editRun(database.sql, run, { notes: 'told' });
    expect((await next).value).toMatchObject({ type: 'run', run: { run, notes: 'told' } });
    await feed.close();
  });

  it('refuses a blank tag', async () => {
    await expect(editRun(database.sql, run, { tags: [' '] })).rejects.toThrow('a tag is blank');
  });

  it('says when there is no such run', async () => {
    const none = '00000000-0000-4000-8000-000000000000';
    await expect(editRun(database.sql, none, { notes: '' })).rejects.toThrow('there is no run');
  });
});
