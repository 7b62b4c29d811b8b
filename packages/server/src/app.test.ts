import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Executor, onnxruntimeCpu, type Session } from '@retort/runtime';
import { windowSettings, writeTinyModel } from '../test/tiny-model.ts';
import { limits } from './api/classify.ts';
import { type App, createApp } from './app.ts';
import { type Classifier, openClassifier } from './model/classifier.ts';

let folder: string;
let model: Classifier;
let app: App;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  writeTinyModel(join(folder, 'model'));
  model = await openClassifier({ id: 'tiny', folder: join(folder, 'model'), onnxFile: 'onnx/model_quantized.onnx' });
  mkdirSync(join(folder, 'page/assets'), { recursive: true });
  writeFileSync(join(folder, 'page/index.html'), '<title>Retort</title>');
  writeFileSync(join(folder, 'page/assets/index-1234.js'), '1;');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  app = createApp({ models: [model], dashboard: join(folder, 'page') });
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

const post = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  app.request('/v1/classify', { method: 'POST', body, headers });
const classify = (body: unknown) => post(JSON.stringify(body));

describe('GET /healthz', () => {
  it('answers', async () => {
    const response = await app.request('/healthz');
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });
});

describe('GET /v1/models', () => {
  it('describes what is served', async () => {
    const response = await app.request('/v1/models');
    expect(await response.json()).toEqual({
      models: [
        {
          id: 'tiny',
          file: 'onnx/model_quantized.onnx',
          sha256: model.sha256,
          sizeBytes: model.sizeBytes,
          architecture: 'DistilBertForSequenceClassification',
          labels: ['human', 'ai'],
          maxTokens: 8,
          longTexts: 'head',
          calibration: null,
          run: null,
        },
      ],
    });
  });
});

describe('a model whose folder has a retort.json', () => {
  let calibrated: Classifier;
  let other: App;
  beforeAll(async () => {
    writeTinyModel(join(folder, 'calibrated'), { settings: windowSettings });
    calibrated = await openClassifier({ id: 'windows', folder: join(folder, 'calibrated'), onnxFile: model.onnxFile });
    other = createApp({ models: [calibrated] });
  });
  afterAll(() => calibrated.close());

  it('is described with its policy for long texts and its calibration', async () => {
    const response = await other.request('/v1/models');
    expect(await response.json()).toMatchObject({ models: [windowSettings] });
  });

  it('stops at the next window when the client has gone, which is no defect', async () => {
    const gone = new AbortController();
    let runs = 0;
    const executor: Executor = {
      ...onnxruntimeCpu,
      open: async (file) => {
        const session = await onnxruntimeCpu.open(file);
        const run: Session['run'] = (...args) => {
          if (++runs === 5) gone.abort();
          return session.run(...args);
        };
        return { ...session, run };
      },
    };
    const counted = await openClassifier({ ...calibrated, folder: join(folder, 'calibrated') }, executor);
    const defects: Error[] = [];
    await createApp({ models: [counted], onDefect: (error) => defects.push(error) }).request('/v1/classify', {
      method: 'POST',
      body: JSON.stringify({ text: 'well '.repeat(1000) }),
      headers: { 'content-type': 'application/json' },
      signal: gone.signal,
    });
    await counted.close();
    expect({ runs, defects }).toEqual({ runs: 5, defects: [] });
  });

  it('answers with the number of windows, nothing truncated', async () => {
    const response = await other.request('/v1/classify', {
      method: 'POST',
      body: JSON.stringify({ text: 'well '.repeat(1000) }),
      headers: { 'content-type': 'application/json' },
    });
    expect(await response.json()).toMatchObject({
      results: [{ label: 'human', tokens: 1002, windows: 334, truncated: false }],
    });
  });
});

describe('POST /v1/classify', () => {
  it('labels one text and says which model did', async () => {
    const response = await classify({ text: 'delve' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      model: { id: 'tiny', sha256: model.sha256 },
      results: [
        {
          label: 'ai',
          scores: { human: expect.any(Number), ai: expect.any(Number) },
          tokens: 3,
          windows: 1,
          truncated: false,
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
    ['no object', [], 'Invalid input'],
  ])('refuses %s with 422', async (_, body, detail) => {
    const response = await classify(body);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      status: 422,
      detail: expect.stringContaining(detail),
    });
  });

  it.each([
    ['malformed JSON', '{"text": "a"', 400],
    ['an empty body', '', 400],
    ['a body that is too long', JSON.stringify({ text: 'a'.repeat(limits.bodyBytes) }), 413],
  ])('refuses %s', async (_, body, status) => {
    const response = await post(body);
    expect(await response.json()).toMatchObject({ type: 'about:blank', status });
    expect(response.status).toBe(status);
  });

  it('refuses what is not sent as JSON', async () => {
    const response = await post('text=a', { 'content-type': 'application/x-www-form-urlencoded' });
    expect([response.status, await response.json()]).toMatchObject([415, { status: 415 }]);
  });

  it('refuses a model that is not served, and names those that are', async () => {
    const response = await classify({ text: 'a', model: 'large' });
    expect(await response.json()).toMatchObject({ status: 404, detail: 'there is no model "large"; there is: tiny' });
  });

  it('tells nothing of a defect but that there is one', async () => {
    const defects: Error[] = [];
    const closed = await openClassifier({ id: 'closed', folder: join(folder, 'model'), onnxFile: model.onnxFile });
    await closed.close();
    const failing = createApp({ models: [closed], onDefect: (error) => defects.push(error) });
    const response = await failing.request('/v1/classify', {
      method: 'POST',
      body: '{"text":"a"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ detail: 'the server has failed; its log tells more' });
    expect(defects.map(({ message }) => message)).toEqual([expect.stringContaining('the model failed on 3 tokens')]);
  });
});

describe('GET /openapi.json', () => {
  it('documents every route', async () => {
    const response = await app.request('/openapi.json');
    expect(await response.json()).toMatchObject({
      openapi: '3.1.0',
      paths: { '/healthz': { get: {} }, '/v1/models': { get: {} }, '/v1/classify': { post: {} } },
    });
  });
});

describe('the page', () => {
  it('is at /, asked for each time, under a strict policy', async () => {
    const response = await app.request('/');
    expect(await response.text()).toBe('<title>Retort</title>');
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('has assets that browsers may keep', async () => {
    const response = await app.request('/assets/index-1234.js');
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
  ])('keeps to its folder: %s', async (path) => {
    const response = await app.request(`http://localhost${path}`);
    expect([response.status, await response.json()]).toMatchObject([404, { status: 404 }]);
  });

  it('is not there where none was built', async () => {
    const response = await createApp({ models: [model] }).request('/');
    expect([response.status, await response.json()]).toMatchObject([404, { detail: expect.stringContaining('GET /') }]);
  });
});
