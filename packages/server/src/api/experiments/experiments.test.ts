import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LiveFeed, openDatabase } from '@retort/tracking';
import { createTestDatabase, insertRun } from '@retort/tracking/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Hono } from 'hono';
import { requireKey } from '../../http/auth.ts';
import type { ServerEnv } from '../../http/environment.ts';
import { createExperimentsApi } from './index.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let feed: LiveFeed;
let app: ReturnType<typeof createExperimentsApi>;
let a: { id: number; run: string };
let b: { id: number; run: string };
/** A token such as the server gives, but of any content. */
const encodePageToken = ({ key, id }: { key: string; id: number }, sort: string) =>
  Buffer.from(JSON.stringify([key, id, sort])).toString('base64url');
const none = '00000000-0000-4000-8000-000000000000';

beforeAll(async () => {
  database = await createTestDatabase();
  const { sql } = database;
  feed = new LiveFeed(() => openDatabase('', { ...database.options, migrate: false, max: 2 }));
  app = createExperimentsApi({ sql: () => sql, feed, followers: 2 });
  a = await insertRun(sql, {
    stage: 'report',
    seed: 1,
    started: '2026-01-01T00:00:00Z',
    config: { student: { layers: 2 } },
    figures: { accuracy: 0.9 },
    curves: { loss: [2, Number.NaN] },
  });
  b = await insertRun(sql, {
    stage: 'report',
    seed: 2,
    config: { student: { layers: 6 } },
    figures: { accuracy: 0.8 },
  });
  await sql`insert into retort.evaluations (run_id, model, data_set, metric, value, n)
    values (${a.id}, 'student', 'test', 'accuracy', 0.9, 100), (${b.id}, 'student', 'test', 'accuracy', 0.8, 100)`;
  await sql`with made as (insert into retort.artifacts (kind, sha256, folder) values ('report', ${'0'.repeat(64)}, 'x') returning id)
    insert into retort.run_artifacts (run_id, artifact_id, role) select ${a.id}, id, 'output' from made`;
});
afterAll(async () => {
  await feed.close();
  await database.close();
});

interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema: object }> }> }>
  >;
}

/** Where an answer is not what the OpenAPI document says, by a library that knows nothing of zod. */
function faults(method: string, url: string, response: Response, body: unknown): unknown {
  const config = { openapi: '3.1.0', info: { title: 'experiments', version: '1' } };
  const document: Document = JSON.parse(JSON.stringify(app.getOpenAPI31Document(config)));
  const path = url.replace(/\?.*/, '').replace(/^\/runs\/.*/, '/runs/{run}');
  const content = document.paths[path][method].responses[response.status]?.content ?? {};
  const type = response.headers.get('content-type') ?? '';
  if (content[type] === undefined) return `${path} has no ${response.status} of ${type}`;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });
  const schema = JSON.parse(JSON.stringify(content[type].schema).replaceAll('"#/', '"document#/'));
  const validate = ajv.compile(schema);
  return validate(body) ? [] : validate.errors;
}

interface Body {
  readonly next?: string;
  readonly cursor?: string;
  readonly runs?: readonly { readonly run: string }[];
  readonly artifacts?: readonly { readonly id: number }[];
  readonly evaluations?: readonly unknown[];
  readonly detail?: string;
}

async function ask(path: string) {
  const response = await app.request(path);
  const body: Body = JSON.parse(await response.text());
  expect(faults('get', path, response, body)).toEqual([]);
  return { status: response.status, type: response.headers.get('content-type'), body };
}

async function edit(run: string, body: string, headers = { 'content-type': 'application/json' }) {
  const response = await app.request(`/runs/${run}`, { method: 'PATCH', body, headers });
  const answer: Body = JSON.parse(await response.text());
  expect(faults('patch', `/runs/${run}`, response, answer)).toEqual([]);
  return { status: response.status, body: answer };
}

describe('PATCH /runs/{run}', () => {
  it('changes notes, tags and archive, and answers with the run', async () => {
    const { id, run } = await insertRun(database.sql, { archived: true, tags: ['old'] });
    expect(await edit(run, '{"notes":"good","tags":["new"],"archived":false}')).toMatchObject({
      status: 200,
      body: { run, notes: 'good', tags: ['new'], archived: false },
    });
    await database.sql`delete from retort.runs where id = ${id}`;
  });

  it.each([
    ['a body that is no JSON', '{', {}, 400],
    ['a body that is not sent as JSON', '{}', { 'content-type': 'text/plain' }, 415],
    ['what nobody may change', '{"status":"failed"}', {}, 422],
    ['a blank tag', '{"tags":[" "]}', {}, 422],
    ['a character that Postgres cannot hold', '{"notes":"\\u0000"}', {}, 422],
    ['a body that is too long', JSON.stringify({ notes: 'a'.repeat(2 ** 21) }), {}, 413],
  ])('refuses %s', async (_, body, headers, status) => {
    expect((await edit(b.run, body, { 'content-type': 'application/json', ...headers })).status).toBe(status);
  });

  it('takes a key where the server asks for keys, which reading does not', async () => {
    const locked = new Hono<ServerEnv>().use(requireKey({ find: async () => undefined })).route('/', app);
    const statuses = ['PATCH', 'GET'].map(
      async (method) => (await locked.request(`/runs/${b.run}`, { method })).status,
    );
    expect(await Promise.all(statuses)).toEqual([401, 200]);
  });

  it('says when there is no such run', async () => {
    expect((await edit(none, '{}')).status).toBe(404);
  });
});

describe('the experiments API', () => {
  it('lists runs by a filter', async () => {
    const filter = encodeURIComponent('stage = report and accuracy > 0.85');
    expect(await ask(`/runs?filter=${filter}&metrics=loss`)).toMatchObject({
      status: 200,
      body: { total: 1, next: null, runs: [{ run: a.run, metrics: { loss: { last: null, min: 2, points: 2 } } }] },
    });
  });

  it('gives a cursor from which what changes later is told', async () => {
    const { body } = await ask('/runs?limit=1');
    const response = await app.request(`/events?cursor=${body.cursor}`);
    const events = readEvents(response);
    await edit(b.run, '{"notes":"told"}');
    const first = (await events.next()).value;
    const told = first?.data.notes === 'told' ? first : (await events.next()).value;
    expect(told).toMatchObject({ event: 'run', data: { run: b.run, notes: 'told' } });
    await events.return(undefined);
  });

  it('tells parameters that are asked for', async () => {
    const { body } = await ask('/runs?params=config.student.layers&sort=started');
    expect(body.runs).toMatchObject([
      { params: { 'config.student.layers': 2 } },
      { params: { 'config.student.layers': 6 } },
    ]);
  });

  it('names what there is to filter by', async () => {
    expect((await ask('/fields')).body).toEqual({
      figures: ['accuracy'],
      metrics: ['loss'],
      config: ['student.layers'],
    });
  });

  it('takes runs together by a parameter', async () => {
    expect((await ask('/groups?by=config.student.layers&of=accuracy,loss')).body).toMatchObject({
      groups: [{ value: 6, means: [{ n: 1, mean: 0.8 }, null] }, { value: 2 }],
    });
  });

  it('goes from page to page', async () => {
    const first = await ask('/runs?limit=1&sort=started');
    const second = await ask(`/runs?limit=1&sort=started&after=${first.body.next}`);
    expect([first, second].map(({ body }) => body.runs?.[0].run)).toEqual([a.run, b.run]);
  });

  it('tells of one run', async () => {
    expect(await ask(`/runs/${a.run}`)).toMatchObject({
      status: 200,
      body: { config: { student: { layers: 2 } }, curves: { loss: {} } },
    });
  });

  it('compares', async () => {
    expect(await ask(`/comparison?runs=${a.run},${b.run}`)).toMatchObject({
      status: 200,
      body: {
        stages: ['report'],
        config: [{ name: 'student.layers', values: [2, 6] }],
        figures: [{ name: 'accuracy', values: [0.9, 0.8] }],
        metrics: [{ name: 'loss', values: [null, null] }],
      },
    });
  });

  it('draws curves; what is no number is null', async () => {
    expect(await ask(`/curves?runs=${a.run}&metrics=loss&points=100`)).toMatchObject({
      status: 200,
      body: { curves: [{ run: a.run, metric: 'loss', values: [2, null] }], cursor: `${a.run}.2.s` },
    });
  });

  it('takes seeds together', async () => {
    expect(await ask('/seeds?of=accuracy')).toMatchObject({
      status: 200,
      body: { groups: [{ interval: null }, { interval: null }] },
    });
  });

  it('tells of lineage', async () => {
    const { body } = await ask(`/lineage?run=${a.run}&direction=down`);
    expect(body).toMatchObject({ runs: [{ run: a.run }], artifacts: [{ folder: 'x' }], edges: [{ role: 'output' }] });
    expect((await ask(`/lineage?artifact=${body.artifacts?.[0].id}`)).body.runs).toHaveLength(1);
  });

  it('tells what was measured, and how sure a difference is', async () => {
    expect((await ask('/evaluations?model=student&metric=accuracy')).body.evaluations).toHaveLength(2);
    expect(await ask(`/delta?runA=${a.run}&modelA=student&runB=${b.run}&modelB=student`)).toMatchObject({
      status: 200,
      body: { difference: expect.closeTo(-0.1, 9), test: 'two-proportion', p: expect.closeTo(0.0477, 3) },
    });
  });

  it('sorts by a column that is shown, though no run has it', async () => {
    expect((await ask('/runs?metrics=later.accuracy&sort=-later.accuracy')).status).toBe(200);
  });

  it.each([
    ['/runs?filter=stage%20%3D', 422, 'a value is missing, at character 8'],
    ['/runs?limit=0', 422, 'limit: '],
    ['/runs?filter=acuracy%20%3E%200.5', 422, 'no run has "acuracy"; near it: accuracy'],
    ['/runs?sort=-acuracy', 422, 'no run has "acuracy"; near it: accuracy'],
    ['/runs?filter=stage%20%3D%20distil', 422, 'there is no stage "distil"; near it: distill'],
    ['/groups?by=student.layer', 422, 'no run has "student.layer"; near it: student.layers'],
    ['/seeds?of=acuracy', 422, 'no run has "acuracy"; near it: accuracy'],
    ['/runs?after=x', 422, 'the page token is none of this list'],
    [`/runs?after=${encodePageToken({ key: 'noon', id: 1 }, '-started')}`, 422, 'the database cannot take a value'],
    ['/runs?filter=started%20%3E%200000-01-01', 422, 'the database cannot take a value'],
    ['/evaluations?model=%00', 422, 'the database cannot take a value'],
    ['/runs?params=accuracy', 422, '"accuracy" is no place of a configuration'],
    ['/groups?by=stage&of=host', 422, '"host" is no number'],
    ['/groups', 422, 'by: '],
    ['/runs/x', 422, 'run: '],
    [`/runs/${none}`, 404, 'there is no run'],
    [`/comparison?runs=${none}`, 404, 'there is no run'],
    ['/comparison', 422, 'runs: '],
    ['/curves?runs=&metrics=loss&points=3', 422, 'points: '],
    ['/lineage', 422, 'give either "run" or "artifact"'],
    ['/lineage?artifact=77', 404, 'there is no artifact 77'],
    [`/delta?runA=${none}&modelA=a&runB=${none}&modelB=b`, 404, 'has no accuracy of "a"'],
    [`/events?runs=${none}`, 404, 'there is no run'],
    ['/events?cursor=x', 422, 'the cursor is none of these events'],
  ])('answers %s by %d', async (path, status, detail) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status, type: 'application/problem+json', body: { status } });
    expect(answer.body.detail).toContain(detail);
  });

  it('answers 503 while the database is away', async () => {
    const gone = await openDatabase('', { ...database.options, migrate: false });
    await gone.close();
    const response = await createExperimentsApi({ sql: () => gone.sql, feed }).request('/runs');
    expect([response.status, JSON.parse(await response.text())]).toMatchObject([
      503,
      { detail: 'the database does not answer' },
    ]);
  });
});

/** The events of an answer, as they come. */
async function* readEvents(response: Response) {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)));
      if (fields.data !== undefined)
        yield { id: String(fields.id), event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}

describe('GET /events', () => {
  it('streams the points of runs, and goes on behind Last-Event-ID', async () => {
    const response = await app.request(`/events?runs=${a.run}`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = readEvents(response);
    expect((await events.next()).value).toMatchObject({ event: 'run', data: { run: a.run, status: 'succeeded' } });
    const points = (await events.next()).value;
    expect(points).toMatchObject({
      event: 'points',
      id: `${a.run}.2.s`,
      data: {
        run: a.run,
        points: [
          { line: 1, value: 2 },
          { line: 2, value: null },
        ],
      },
    });
    await events.return(undefined);

    await database.sql.begin(async (tx) => {
      await tx`insert into retort.metrics (run_id, metric_id, line, value, time)
        select ${a.id}, metric_id, 3, 7, now() from retort.run_metrics where run_id = ${a.id}`;
      await tx`update retort.run_metrics set points = 3, last = 7, last_line = 3 where run_id = ${a.id}`;
      await tx`update retort.runs set lines = 3, updated_at = now() where id = ${a.id}`;
    });
    const again = await app.request(`/events?runs=${a.run}`, { headers: { 'last-event-id': points?.id ?? '' } });
    const rest = readEvents(again);
    expect((await rest.next()).value).toMatchObject({ event: 'points', data: { points: [{ line: 3, value: 7 }] } });
    await rest.return(undefined);
  });

  it('lets so many follow, and others when one has gone', async () => {
    const streams = [await app.request('/events'), await app.request('/events')];
    expect((await app.request('/events')).status).toBe(503);
    for (const { body } of streams) await body?.cancel();
    // Whoever asks for the head alone does not follow.
    for (let i = 0; i < 3; i++) expect((await app.request('/events', { method: 'HEAD' })).status).toBe(200);
    const response = await app.request('/events');
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });
});
