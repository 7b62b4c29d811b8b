import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { postJson, readJson, testApp, tinyService } from '../test/test-app.ts';
import { windowSettings } from '../test/tiny-model.ts';
import type { ClassifyResponse } from './api/classify.ts';
import { limits } from './api/limits.ts';
import type { Problem } from './api/problem.ts';
import { createApp } from './app.ts';
import type { RequestRecord } from './http/log.ts';

const { service, folder } = tinyService();
const app = testApp(service);
const post = async (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => app().request('/v1/classify', { method: 'POST', body, headers });
const classify = (body: unknown, headers = {}) => postJson(app(), '/v1/classify', body, headers);

describe('GET /v1/models', () => {
  it('describes what is served', async () => {
    const response = await app().request('/v1/models');
    const [tiny] = service().variants();
    expect(await response.json()).toEqual({
      models: [
        {
          id: 'tiny',
          file: 'onnx/model_quantized.onnx',
          sha256: tiny.sha256,
          sizeBytes: tiny.sizeBytes,
          architecture: 'DistilBertForSequenceClassification',
          labels: ['human', 'ai'],
          maxTokens: 8,
          longTexts: 'head',
          share: 1,
          shadow: false,
          calibration: null,
          evaluation: null,
          run: null,
          card: '/v1/models/tiny/card',
        },
        expect.objectContaining({ id: 'windows' }),
      ],
    });
  });

  it('tells policy and calibration of a model whose folder has a retort.json', async () => {
    const response = await app().request('/v1/models/windows');
    expect(await response.json()).toMatchObject(windowSettings);
  });
});

describe('GET /v1/models/{model}/card', () => {
  it('is what is known of the model where its folder has no README.md', async () => {
    const response = await app().request('/v1/models/windows/card');
    expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(await response.text()).toContain('| calibrated on | 300 texts of validation');
  });

  it('is the README.md of the folder', async () => {
    writeFileSync(join(folder(), 'tiny/README.md'), '# A card');
    expect(await (await app().request('/v1/models/tiny/card')).text()).toBe('# A card');
  });
});

describe('POST /v1/classify', () => {
  it('labels one text and says which model did', async () => {
    const response = await classify({ text: 'delve' });
    expect(response.status).toBe(200);
    const scores = { ai: expect.any(Number), human: expect.any(Number) };
    expect(await response.json()).toEqual({
      model: { id: 'tiny', sha256: service().variants()[0].sha256 },
      results: [
        {
          label: 'ai',
          scores,
          abstained: false,
          tokens: 3,
          truncated: false,
          normalized: [],
          windows: [{ start: 0, end: 5, tokens: 3, scores }],
        },
      ],
    });
  });

  it('labels several texts in their order', async () => {
    const response = await classify({ texts: ['delve', 'well', 'delve'] });
    expect(await response.json()).toMatchObject({ results: [{ label: 'ai' }, { label: 'human' }, { label: 'ai' }] });
  });

  it('says that it has not read all of a long text', async () => {
    const response = await classify({ text: 'well '.repeat(1000) });
    expect(await response.json()).toMatchObject({ results: [{ tokens: 8, truncated: true }] });
  });

  it('reads a long text as the request says', async () => {
    const response = await classify({ text: 'well '.repeat(12), truncate: 'windows' });
    const { results } = await readJson<ClassifyResponse>(response);
    expect(results[0].windows).toHaveLength(2);
    expect(results[0].truncated).toBe(false);
  });

  it('refuses a long text where the request says so', async () => {
    const response = await classify({ texts: ['well', 'well '.repeat(12)], truncate: 'error' });
    expect([response.status, await response.json()]).toMatchObject([422, { errors: [{ field: 'texts.1' }] }]);
  });

  it('gives the highest scores that were asked for, the highest first', async () => {
    const { results } = await readJson<ClassifyResponse>(classify({ text: 'delve', top_k: 1 }));
    expect(Object.keys(results[0].scores)).toEqual(['ai']);
  });

  it('leaves out scores that are too low, but not the label', async () => {
    const { results } = await readJson<ClassifyResponse>(classify({ text: 'delve', threshold: 0.99 }));
    expect(results[0]).toMatchObject({ label: 'ai', scores: {} });
  });

  it('tells where its time went', async () => {
    const { headers } = await classify({ text: 'delve' });
    expect(headers.get('server-timing')).toMatch(/^queue;dur=[\d.]+, tokenize;dur=[\d.]+, infer;dur=[\d.]+$/);
  });

  it('takes any text: control characters, half surrogates, emoji', async () => {
    const response = await post('{"texts":["\\u0000\\ud800","👩‍👩‍👧","\\u202e"]}');
    expect(response.status).toBe(200);
  });

  it.each([
    ['neither text nor texts', {}, 'give either "text" or "texts"'],
    ['both', { text: 'a', texts: ['b'] }, 'give either "text" or "texts"'],
    ['no texts', { texts: [] }, 'texts: '],
    ['too many texts', { texts: Array(limits.texts + 1).fill('a') }, 'texts: '],
    ['a blank text', { texts: ['a', ' \n'] }, 'texts.1: the text is blank'],
    ['a text that is too long', { text: 'a'.repeat(limits.textLength + 1) }, 'text: '],
    ['a text that is no string', { text: 7 }, 'text: '],
    ['an unknown key', { text: 'a', txet: 'b' }, 'Unrecognized key: "txet"'],
    ['an explanation of several texts', { texts: ['a'], explain: 'sentences' }, 'explain: one text at a time'],
    ['no object', [], 'Invalid input'],
  ])('refuses %s with 422', async (_, body, detail) => {
    const response = await classify(body);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 422, detail: expect.stringContaining(detail) });
  });

  it('names no more errors than help', async () => {
    const { errors } = await readJson<Problem>(classify({ texts: Array(30).fill(7) }));
    expect(errors).toHaveLength(limits.errors);
  });

  it.each([
    ['malformed JSON', '{"text": "a"', 400],
    ['an empty body', '', 400],
    ['broken UTF-8', Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 400],
    ['JSON in itself a hundred thousand times', `${'['.repeat(1e5)}${']'.repeat(1e5)}`, 400],
    ['a hundred thousand values', JSON.stringify({ texts: Array(1e5).fill(1) }), 400],
    ['a body that is too long', JSON.stringify({ text: 'a'.repeat(limits.bodyBytes) }), 413],
  ])('refuses %s', async (_, body, status) => {
    const response = await post(body);
    expect(await response.json()).toMatchObject({ type: 'about:blank', status });
    expect(response.status).toBe(status);
  });

  it('refuses what is not sent as JSON', async () => {
    const response = await post('text=a', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([response.status, await response.json()]).toMatchObject([
      415,
      { detail: 'the body is sent as application/x-www-form-urlencoded; send application/json' },
    ]);
  });

  it('refuses a model that is not served, and names those that are', async () => {
    const response = await classify({ text: 'a', model: 'large' });
    expect(await response.json()).toMatchObject({
      status: 404,
      detail: 'there is no model "large"; there is: tiny, windows',
    });
  });

  it('gives up when the client no longer waits', async () => {
    const response = await classify({ text: 'a' }, { prefer: 'respond-async, wait=0' });
    expect([response.status, await response.json()]).toMatchObject([504, { title: 'Gateway Timeout' }]);
  });

  it('tells nothing of a defect but that there is one', async () => {
    const defects: [string, string][] = [];
    const failing = createApp({
      service: { ...service(), use: () => Promise.reject(new Error('a secret')) },
      onDefect: ({ message }, id) => defects.push([message, id]),
    });
    const response = await postJson(failing, '/v1/classify', { text: 'a' }, { 'x-request-id': 'one' });
    failing.close();
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(
      '{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"the server has failed; its log tells more"}',
    );
    expect(defects).toEqual([['a secret', 'one']]);
  });
});

describe('every request', () => {
  it('has an id, that of the client where it gives one', async () => {
    const own = await app().request('/healthz');
    const given = await app().request('/healthz', { headers: { 'x-request-id': 'abc-1' } });
    expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(given.headers.get('x-request-id')).toBe('abc-1');
  });

  it('is told of when it is answered, without its texts', async () => {
    const records: RequestRecord[] = [];
    const told = createApp({ service: service(), dashboard: folder(), onRequest: (record) => records.push(record) });
    await postJson(told, '/models/tiny', { inputs: 'a secret' }, { 'x-request-id': 'one' });
    await told.request('/nowhere');
    told.close();
    const ms = expect.any(Number);
    const common = { ms, caller: 'unknown' };
    expect(records).toEqual([
      { ...common, id: 'one', method: 'POST', route: '/models/{model}', status: 200, model: 'tiny', texts: 1 },
      { ...common, id: expect.any(String), method: 'GET', route: '*', status: 404, model: undefined, texts: undefined },
    ]);
  });

  it('is allowed to pages of named origins only', async () => {
    const open = createApp({ service: service(), origins: ['https://example.org'] });
    const allowed = async (one: typeof open, origin: string) =>
      (await one.request('/healthz', { headers: { origin } })).headers.get('access-control-allow-origin');
    const found = [
      await allowed(app(), 'https://example.org'),
      await allowed(open, 'https://example.org'),
      await allowed(open, 'https://example.com'),
    ];
    open.close();
    expect(found).toEqual([null, 'https://example.org', null]);
  });
});

describe('the page', () => {
  const page = testApp(service, {});
  const withPage = async (path: string) => {
    const root = join(folder(), 'page');
    mkdirSync(join(root, 'assets'), { recursive: true });
    writeFileSync(join(root, 'index.html'), '<title>Retort</title>');
    writeFileSync(join(root, 'assets/index-1234.js'), '1;');
    writeFileSync(join(folder(), 'secret.txt'), 'secret');
    const app = createApp({ service: service(), dashboard: root });
    try {
      return await app.request(`http://localhost${path}`);
    } finally {
      app.close();
    }
  };

  it('is at /, asked for each time, under a strict policy', async () => {
    const response = await withPage('/');
    expect(await response.text()).toBe('<title>Retort</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it.each(['/compare?runs=a', '/tradeoff', '/runs/3f1a5c0e', '/playground'])(
    'is at each view, so that a link to it works: %s',
    async (path) => {
      const response = await withPage(path);
      expect([response.status, await response.text()]).toEqual([200, '<title>Retort</title>']);
      expect(response.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('has assets that browsers may keep', async () => {
    const response = await withPage('/assets/index-1234.js');
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-type')).toContain('javascript');
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/%00',
    '//secret.txt',
    '/runs/..%2f..%2fsecret.txt/x',
  ])('keeps to its folder: %s', async (path) => {
    const response = await withPage(path);
    expect([response.status, await response.json()]).toMatchObject([404, { status: 404 }]);
  });

  it('is not there where none was built', async () => {
    const response = await page().request('/');
    expect([response.status, await response.json()]).toMatchObject([404, { detail: expect.stringContaining('GET /') }]);
  });
});
