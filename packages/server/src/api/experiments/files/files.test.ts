import { renameSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { artifactInputs, readManifest, writeArtifact } from '@retort/shared';
import { LiveFeed, openDatabase, sync } from '@retort/tracking';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createTestDatabase } from '../../../../../tracking/testing/test-database.ts';
import { createTestWorkspace } from '../../../../../tracking/testing/workspace.ts';
import { dataCard, results } from '../../../../test/recorded.ts';
import { writeParquet } from '../../../../test/write-parquet.ts';
import { createExperimentsApi } from '../index.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let feed: LiveFeed;
let space: ReturnType<typeof createTestWorkspace>;
type Api = ReturnType<typeof createExperimentsApi>;
let api: Api;
let hidden: Api;
const runs: Record<string, string> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  space = createTestWorkspace();
  feed = new LiveFeed(() => openDatabase('', { ...database.options, migrate: false, max: 2 }));
  await writeArtifact(space.experiment(), 'prepare', async (writer) => {
    writeFileSync(await writer.path('card.json'), JSON.stringify(dataCard));
    writeParquet(
      await writer.path('test.parquet'),
      { id: [1, 2, 3, 4], text: ['one', 'two', 'x'.repeat(2500), 'four'] },
      ['INT32', 'STRING'],
    );
    await writer.commit({ inputs: {} });
  });
  for (const [name, human, ai] of [
    ['sample', [3, 2, 0, 0], [0, 0, 4, 0.1]],
    ['sample@2', [3, 0, 4, 0], [0, 4, 0, 4]],
  ] as const) {
    await writeArtifact(space.experiment(name), 'report', async (writer) => {
      writeFileSync(await writer.path('results.json'), JSON.stringify({ ...results, experiment: name }));
      writeParquet(
        await writer.path('predictions/test.parquet'),
        {
          ...{ id: [1, 2, 3, 4], label: ['human', 'ai', 'human', 'ai'], source: ['a', 'b', 'a', 'b'] },
          ...{ 'student:human': human, 'student:ai': ai },
        },
        ['INT32', 'STRING', 'STRING', 'FLOAT', 'FLOAT'],
      );
      const manifest = readManifest(space.path('artifacts/sample/prepare'));
      await writer.commit({ inputs: artifactInputs([{ manifest }]) });
    });
  }
  await sync(database.sql, space.workspace);
  for (const { key, project, stage } of await database.sql`select key::text, project, stage from retort.runs`)
    runs[project === 'sample' ? stage : `${project}/${stage}`] = key;
  const options = { sql: () => database.sql, feed, workspace: space.workspace };
  api = createExperimentsApi({ ...options, showTexts: true });
  hidden = createExperimentsApi(options);
});
afterAll(async () => {
  await feed.close();
  space.remove();
  await database.close();
});

/** The answer, which must be what the OpenAPI document says of it. */
async function ask(path: string, app: Api = api) {
  const response = await app.request(path);
  const body: Record<string, unknown> = JSON.parse(await response.text());
  const document = JSON.parse(
    JSON.stringify(app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'x', version: '1' } })),
  );
  const route = path.replace(/\?.*/, '').replace(/^\/runs\/[^/]+/, '/runs/{run}');
  const content = document.paths[route].get.responses[response.status].content;
  const type = response.headers.get('content-type') ?? '';
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });
  const validate = ajv.compile(JSON.parse(JSON.stringify(content[type].schema).replaceAll('"#/', '"document#/')));
  expect(validate(body) ? [] : validate.errors).toEqual([]);
  return { status: response.status, body };
}

describe('what is told of a run out of its folder', () => {
  it('lists what it made and read, with checksums', async () => {
    const { body } = await ask(`/runs/${runs.report}/artifacts`);
    expect(body.artifacts).toMatchObject([
      { role: 'output', kind: 'report', files: { 'results.json': expect.stringMatching(/^[0-9a-f]{64}$/) } },
      { role: 'input', kind: 'prepare', folder: 'artifacts/sample/prepare' },
    ]);
  });

  it('has the report’s figures', async () => {
    const { body } = await ask(`/runs/${runs.report}/report`);
    expect(body).toMatchObject({ split: { labels: ['human', 'ai'] }, evaluations: [{ models: [{}, { n: 4 }] }] });
  });

  it('lists the texts that a model got wrong, the surest first, by the model’s own rule', async () => {
    const { body } = await ask(`/runs/${runs.report}/mistakes?model=student`);
    // softmax(4 / 2) and softmax(2 / 2) of two logits; the threshold 0.6 makes text 4 "human"
    expect(body).toMatchObject({
      n: 4,
      wrong: 3,
      withheld: null,
      mistakes: [
        {
          id: 3,
          label: 'human',
          answer: 'ai',
          probability: expect.closeTo(0.8808, 4),
          text: 'x'.repeat(2000),
          cut: true,
        },
        { id: 2, label: 'ai', answer: 'human', probability: expect.closeTo(0.7311, 4), text: 'two', cut: false },
        { id: 4, label: 'ai', answer: 'human', probability: expect.closeTo(0.4875, 4), text: 'four' },
      ],
    });
  });

  it('lists further ones from an offset on', async () => {
    const { body } = await ask(`/runs/${runs.report}/mistakes?model=student&limit=1&offset=2`);
    expect(body).toMatchObject({ wrong: 3, offset: 2, mistakes: [{ id: 4, text: 'four' }] });
  });

  it('withholds the texts where they may not be shown', async () => {
    const { body } = await ask(`/runs/${runs.report}/mistakes?model=student&limit=1`, hidden);
    expect(body).toMatchObject({ withheld: expect.stringContaining('--texts always'), mistakes: [{ text: null }] });
  });

  it('has the data card', async () => {
    expect((await ask(`/runs/${runs.prepare}/data-card`)).body).toMatchObject({ texts: 4, labels: ['human', 'ai'] });
  });

  it('has the last lines that the stage said', async () => {
    const failed = 'the disk is full';
    await space.fail('distill', 1, failed);
    await sync(database.sql, space.workspace);
    const [{ key }] = await database.sql`select key::text from retort.runs where stage = 'distill'`;
    const { body } = await ask(`/runs/${key}/console?lines=1`);
    expect(body.lines).toEqual([{ time: expect.stringMatching(/^\d{4}-.*Z$/), text: `failed: ${failed}` }]);
  });

  it.each([
    ['mistakes?model=large', 404, 'the report has no model "large"'],
    ['mistakes?model=student&evaluation=other', 404, 'the report has no evaluation "other"'],
    ['mistakes?model=student&limit=0', 422, 'limit: '],
    ['mistakes?model=student&offset=-1', 422, 'offset: '],
    ['data-card', 404, 'the run has no card.json'],
  ])('answers %s by %d', async (path, status, detail) => {
    const answer = await ask(`/runs/${runs.report}/${path}`);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(detail)]);
  });

  it('answers mistakes by 404 where the predictions are gone', async () => {
    const file = space.path('artifacts/sample/report/predictions/test.parquet');
    renameSync(file, `${file}.away`);
    const answer = await ask(`/runs/${runs.report}/mistakes?model=student`).finally(() =>
      renameSync(`${file}.away`, file),
    );
    const detail = expect.stringContaining("the run's predictions/test.parquet cannot be read: it is gone");
    expect(answer).toMatchObject({ status: 404, body: { detail } });
  });

  it('has nothing without a workspace', async () => {
    const answer = await ask(`/runs/${runs.report}/report`, createExperimentsApi({ sql: () => database.sql, feed }));
    expect(answer).toMatchObject({ status: 404, body: { detail: expect.stringContaining('has no workspace') } });
  });
});

describe('GET /models', () => {
  it('has the figures of each model, beside a baseline', async () => {
    const { body } = await ask(`/models?runs=${runs.report}&baseline=${runs.report}&baselineModel=teacher`);
    expect(body.models).toMatchObject([
      { model: 'teacher', delta: null, figures: { 'latency.p50.texts': { value: 8 } } },
      { model: 'student', delta: { difference: -0.75, test: 'mcnemar', onlyA: 3, onlyB: 0 } },
    ]);
  });

  it('pairs the answers that two reports have kept of the same texts', async () => {
    const other = runs['sample@2/report'];
    const { body } = await ask(`/models?runs=${other}&baseline=${runs.report}&baselineModel=student`);
    // Of four texts the one has the first alone right, the other all: 2 (1/2)^3
    const delta = { test: 'mcnemar', onlyA: 0, onlyB: 3, p: expect.closeTo(0.25, 12), sameTexts: true };
    expect(body.models).toContainEqual(
      expect.objectContaining({ run: other, model: 'student', delta: expect.objectContaining(delta) }),
    );
  });

  it('takes two reports as of unrelated texts where their files are gone', async () => {
    const other = runs['sample@2/report'];
    const apart = createExperimentsApi({ sql: () => database.sql, feed });
    const { body } = await ask(`/models?runs=${other}&baseline=${runs.report}&baselineModel=student`, apart);
    expect(body.models).toContainEqual(
      expect.objectContaining({
        run: other,
        model: 'student',
        delta: expect.objectContaining({ test: 'two-proportion' }),
      }),
    );
  });

  it('needs the run of a baseline’s model', async () => {
    expect(await ask('/models?baselineModel=teacher')).toMatchObject({ status: 422 });
  });
});
