import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../testing/test-database.ts';
import { createTestWorkspace } from '../../testing/workspace.ts';
import { sync } from '../recording/sync.ts';
import { backup, restore } from './backup.ts';

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

describe('a backup', () => {
  const folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const file = join(folder, 'all.retort.gz');
  let from: TestDatabase;
  let to: TestDatabase;
  beforeAll(async () => {
    [from, to] = [await createTestDatabase(), await createTestDatabase()];
    const space = createTestWorkspace();
    await space.run('distill', 2000);
    await space.fail('finetune', 3, 'tab\t, line end and \\');
    await sync(from.sql, space.workspace);
    space.remove();
    await from.sql`update retort.runs set notes = ${'tab\tline\n\\ "quoted" ä'}, tags = ${['a,b', '"c"', '{}']}`;
    await backup(from.sql, file);
  });
  afterAll(async () => {
    await Promise.all([from.close(), to.close()]);
    rmSync(folder, { recursive: true });
  });

  const all = async ({ sql }: TestDatabase) => [
    await sql`select * from retort.runs order by id`,
    await sql`select * from retort.metrics order by run_id, line`,
    await sql`select * from retort.run_artifacts`,
    await sql`select * from retort.artifacts`,
  ];

  it.each([
    ['is cut off', (content: Buffer) => content.subarray(0, content.length - 200)],
    ['has another byte', (content: Buffer) => Buffer.from(content.map((byte, i) => (i === 5000 ? byte ^ 1 : byte)))],
    [
      'has a row that Postgres refuses',
      (content: Buffer) => {
        const text = gunzipSync(content).toString('latin1').replace('distill', 'd\u0000still');
        return gzipSync(Buffer.from(text, 'latin1'));
      },
    ],
    ['is something else', () => Buffer.from('hello')],
  ])('that %s changes nothing', async (_, damage) => {
    const bad = join(folder, 'bad.gz');
    writeFileSync(bad, damage(readFileSync(file)));
    await expect(restore(to.sql, bad)).rejects.toThrow('the file is no whole backup');
    expect(await to.sql`select count(*) as n from retort.runs`).toEqual([{ n: 0 }]);
  });

  it('brings everything back, and numbers go on after it', async () => {
    await restore(to.sql, file);
    expect(await all(to)).toEqual(await all(from));
    const [{ id }] = await to.sql`insert into retort.experiments (name) values ('next') returning id`;
    expect(id).toBe(2);
  });

  it('is refused by a database that has runs', async () => {
    await expect(restore(from.sql, file)).rejects.toThrow('the database has runs already');
  });
});
