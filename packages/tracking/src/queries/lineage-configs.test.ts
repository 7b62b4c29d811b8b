import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { insertRun, type TestRun } from '../../testing/runs.ts';
import { createTestDatabase } from '../../testing/test-database.ts';
import { compareRuns } from './compare-runs.ts';
import { alignConfigs } from './lineage-configs.ts';

const order = ['prepare', 'finetune', 'distill', 'quantize', 'report'];

describe('alignConfigs', () => {
  const prepared = { stage: 'prepare', config: { seed: 1, data: { labels: ['a', 'b'] } } };
  const of = (run: string, ...parts: readonly { stage: string; config: object }[]) =>
    parts.map(({ stage, config }) => ({ run, stage, config: config as Record<string, unknown> }));
  const runs = (stage: string) => ['x', 'y'].map((run) => ({ run, stage }));

  it('takes the stages before as far as all runs have them', () => {
    const tuned = { stage: 'finetune', config: { teacher: { layers: 4 } } };
    const { stages, lines } = alignConfigs(
      runs('finetune'),
      [...of('x', tuned, prepared), ...of('y', { stage: 'finetune', config: { teacher: { layers: 2 } } })],
      order,
    );
    expect(stages).toEqual(['finetune']);
    expect(lines).toEqual([{ name: 'teacher.layers', values: [4, 2] }]);
  });

  it('gives a place of its own to what an earlier stage was told otherwise', () => {
    const distilled = (seed: number) => ({ stage: 'distill', config: { seed, maxTokens: 128 } });
    const early = (maxTokens: number) => ({ stage: 'finetune', config: { seed: 1, maxTokens } });
    const { lines } = alignConfigs(
      runs('distill'),
      [...of('x', distilled(1), early(128)), ...of('y', distilled(1), early(64))],
      order,
    );
    expect(lines).toEqual([
      { name: 'seed', values: [1, 1] },
      { name: 'maxTokens', values: [128, 128] },
      { name: 'maxTokens (finetune)', values: [128, 64] },
    ]);
  });
});

describe('compareRuns', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  /** A run that read artifacts by name and made one that is called as its project and stage. */
  async function made(run: TestRun & { project: string; stage: string }, ...inputs: readonly string[]) {
    const { id, run: key } = await insertRun(database.sql, { experiment: 'sweep', ...run });
    for (const folder of [...inputs, `${run.project}/${run.stage}`]) {
      await database.sql`
        with artifact as (insert into retort.artifacts (kind, sha256, folder) values ('x', ${'0'.repeat(64)}, ${folder})
          on conflict (folder, sha256) do update set kind = 'x' returning id)
        insert into retort.run_artifacts (run_id, artifact_id, role)
        select ${id}, id, ${inputs.includes(folder) ? 'input' : 'output'} from artifact`;
    }
    return key;
  }

  async function chain(project: string, layers: number, dataSet: string) {
    const [data, tuned] = [`${project}/prepare`, `${project}/finetune`];
    await made({ project, stage: 'prepare', config: { seed: 1, data: { labels: ['a'] } } });
    await made({ project, stage: 'finetune', config: { teacher: { layers } } }, data);
    const run = await made({ project, stage: 'report', config: { report: { runs: 5 } } }, data, tuned);
    await database.sql`insert into retort.evaluations (run_id, model, data_set, metric, value, n)
      select id, 'teacher', ${dataSet}, 'accuracy', 0.9, 10 from retort.runs where key = ${run}`;
    return run;
  }

  it('finds where two reports differ in the stages before them, and in their texts', async () => {
    const reports = [await chain('a', 4, 'a'.repeat(64)), await chain('b', 2, 'b'.repeat(64))];
    expect(await compareRuns(database.sql, reports)).toMatchObject({
      stages: ['prepare', 'finetune', 'report'],
      config: [{ name: 'teacher.layers', values: [4, 2] }],
      environment: [{ name: 'testSet', values: ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'] }],
    });
  });

  it('says nothing of the texts where they are the same', async () => {
    const reports = [await chain('c', 4, 'c'.repeat(64)), await chain('d', 2, 'c'.repeat(64))];
    expect((await compareRuns(database.sql, reports)).environment).toEqual([]);
  });
});
