import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase } from '../../testing/test-database.ts';
import { createTestWorkspace } from '../../testing/workspace.ts';
import { runFolder } from './run-folder.ts';
import { sync } from './sync.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let space: ReturnType<typeof createTestWorkspace>;
const runsOf = async (stage: string) =>
  (await database.sql<{ key: string }[]>`select key::text from retort.runs where stage = ${stage} order by id`).map(
    ({ key }) => key,
  );

beforeAll(async () => {
  database = await createTestDatabase();
  space = createTestWorkspace();
  await space.run('distill', 2);
  await sync(database.sql, space.workspace);
  await space.fail('finetune', 2, 'no room');
  await sync(database.sql, space.workspace);
});
afterAll(async () => {
  space.remove();
  await database.close();
});

describe('runFolder', () => {
  it('is the artifact of a run that made one, and the record of one that failed', async () => {
    const [[distill], [finetune]] = [await runsOf('distill'), await runsOf('finetune')];
    expect(await runFolder(database.sql, space.workspace, distill)).toBe(space.path('artifacts/sample/distill'));
    expect(await runFolder(database.sql, space.workspace, finetune)).toBe(space.path(`.retort/runs/${finetune}`));
  });

  it('is none in another workspace', async () => {
    const [distill] = await runsOf('distill');
    await expect(runFolder(database.sql, '/elsewhere', distill)).rejects.toThrow('lie in another workspace');
  });

  it('is none for a folder that leaves the places of runs', async () => {
    const [finetune] = await runsOf('finetune');
    await database.sql`update retort.runs set folder = 'artifacts/../../etc' where key = ${finetune}`;
    await expect(runFolder(database.sql, space.workspace, finetune)).rejects.toThrow('are gone');
  });

  it('is none once the stage has run again', async () => {
    const [distill] = await runsOf('distill');
    await space.run('distill', 1);
    await expect(runFolder(database.sql, space.workspace, distill)).rejects.toThrow('has run again since');
  });
});
