import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { lineage } from './lineage.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
const runs = new Map<string, string>();
const artifacts = new Map<string, number>();

async function artifact(name: string): Promise<number> {
  const known = artifacts.get(name);
  if (known !== undefined) return known;
  const [{ id }] = await database.sql`
    insert into retort.artifacts (kind, sha256, folder) values (${name}, ${'0'.repeat(64)}, ${name}) returning id`;
  artifacts.set(name, id);
  return id;
}

async function run(stage: string, inputs: readonly string[], outputs: readonly string[]): Promise<void> {
  const { id, run } = await insertRun(database.sql, { stage });
  runs.set(stage, run);
  for (const [role, names] of [
    ['input', inputs],
    ['output', outputs],
  ] as const) {
    for (const name of names) {
      await database.sql`insert into retort.run_artifacts (run_id, artifact_id, role) values (${id}, ${await artifact(name)}, ${role})`;
    }
  }
}

beforeAll(async () => {
  database = await createTestDatabase();
  await run('prepare', ['csv'], ['splits']);
  await run('finetune', ['splits'], ['teacher', 'log']);
  await run('distill', ['splits', 'teacher'], ['student']);
  await run('quantize', ['student'], ['int8']);
  await run('other', ['csv2'], ['splits2']);
  // Damaged records: each was made from the other.
  await run('egg', ['hen'], ['egg']);
  await run('hen', ['egg'], ['hen']);
});
afterAll(() => database.close());

async function names(start: Parameters<typeof lineage>[1], direction: 'up' | 'down') {
  const result = await lineage(database.sql, start, direction);
  return {
    stages: result.runs.map(({ stage }) => stage),
    folders: result.artifacts.map(({ folder }) => folder).sort(),
    edges: result.edges.length,
  };
}
const byRun = (stage: string) => ({ run: runs.get(stage) ?? '' });
const byArtifact = (name: string) => ({ artifact: artifacts.get(name) ?? 0 });

describe('lineage', () => {
  it('goes up from a run to the sources, and not to what else was made on the way', async () => {
    expect(await names(byRun('distill'), 'up')).toEqual({
      stages: ['prepare', 'finetune', 'distill'],
      folders: ['csv', 'splits', 'teacher'],
      edges: 6,
    });
  });

  it('goes down from an artifact to all that was made from it', async () => {
    expect(await names(byArtifact('teacher'), 'down')).toEqual({
      stages: ['distill', 'quantize'],
      folders: ['int8', 'student', 'teacher'],
      edges: 4,
    });
  });

  it('tells who read and who made what', async () => {
    const { edges } = await lineage(database.sql, byArtifact('splits'), 'up');
    expect(edges).toEqual([
      { run: runs.get('prepare'), artifact: artifacts.get('csv'), role: 'input' },
      { run: runs.get('prepare'), artifact: artifacts.get('splits'), role: 'output' },
    ]);
  });

  it.each(['up', 'down'] as const)('ends in a circle, going %s', async (direction) => {
    expect(await names(byRun('egg'), direction)).toEqual({ stages: ['egg', 'hen'], folders: ['egg', 'hen'], edges: 4 });
  });

  it('has no run and no artifact that is not there', async () => {
    await expect(lineage(database.sql, { artifact: 12345 }, 'up')).rejects.toThrow('there is no artifact 12345');
    await expect(lineage(database.sql, { run: 'x' }, 'up')).rejects.toThrow('there is no run "x"');
    await expect(lineage(database.sql, { run: '00000000-0000-4000-8000-000000000000' }, 'up')).rejects.toThrow(
      'there is no run',
    );
  });
});
