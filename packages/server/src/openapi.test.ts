import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { ownWorkers, postJson, readJson, testApp, tinyService } from '../test/test-app.ts';
import { limits } from './api/limits.ts';
import { createApp } from './app.ts';
import { hashKey } from './http/auth.ts';
import { openService, type Service } from './inference/index.ts';

const { service, folder: scratch } = tinyService();
const app = testApp(service);

interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content: object; headers?: object }>; requestBody?: object }>
  >;
  readonly components: { readonly schemas: object };
}

async function readDocument(): Promise<Document> {
  return readJson(app().request('/openapi.json'));
}

/** Validates values against schemas of the document, by a library that knows nothing of zod. */
function validator(document: Document) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', ...document });
  return (schema: object, value: unknown) => {
    const inDocument = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
    const validate = ajv.compile(inDocument);
    return validate(value) ? [] : (validate.errors ?? []);
  };
}

const text = { text: 'Well. We delve.' };
const infer = { inputs: [{ name: 'text', shape: [2], datatype: 'BYTES', data: ['well', 'delve'] }] };
const valid: Record<string, unknown> = {
  '/v1/classify': { ...text, return_tokens: true, explain: 'sentences' },
  '/models/{model}': { inputs: ['well', 'delve'] },
  '/v2/models/{model}/infer': infer,
};
const routes = Object.keys(valid);

/** How each status comes about: one that all routes of a kind have in common. */
async function provoke(path: string, method: string, status: string): Promise<Response> {
  const url = path.replace('{model}', status === '404' ? 'large' : 'windows');
  const refused: Record<string, Record<string, string>> = {
    403: { 'sec-fetch-site': 'cross-site' },
    421: { host: 'example.org' },
  };
  const from = refused[status] ?? {};
  if (method === 'get') return (await appFor(status)).request(url, { headers: from });
  const json = { 'content-type': 'application/json', ...from };
  const send = async (body: string, headers: Record<string, string> = json) =>
    (await appFor(status)).request(url, { method: 'POST', body, headers });
  const good = JSON.stringify(status === '404' && path === '/v1/classify' ? { ...text, model: 'large' } : valid[path]);
  const attempts: Record<string, () => Promise<Response>> = {
    400: () => send('{'),
    413: () => send(JSON.stringify({ text: 'a'.repeat(limits.bodyBytes) })),
    415: () => send(good, { 'content-type': 'text/plain' }),
    422: () => send('{}'),
    504: () => send(good, { ...json, prefer: 'wait=0' }),
  };
  return (attempts[status] ?? (() => send(good)))();
}

const opened: { close(): void }[] = [];
let closed: Service;
beforeAll(async () => {
  const [{ folder, onnxFile }] = service().variants();
  closed = await openService({ ...ownWorkers(scratch()), variants: [{ model: { id: 'closed', folder, onnxFile } }] });
  await closed.close();
});
afterAll(() => {
  for (const one of opened) one.close();
});

/** The app in the state in which it answers with a status. */
async function appFor(status: string) {
  const broken = new Error('broken on purpose');
  const options: Record<string, Partial<Parameters<typeof createApp>[0]>> = {
    401: { keys: { find: async () => undefined } },
    421: { hosts: { names: [], addresses: 'loopback' } },
    429: { textsPerMinute: 1 },
    500: {
      service: {
        ...service(),
        use: () => Promise.reject(broken),
        variants: () => {
          throw broken;
        },
      },
    },
    503: {
      service: {
        ...service(),
        stats: () => ({ ...service().stats(), ready: false }),
        use: closed.use,
      },
    },
  };
  const made = createApp({ service: service(), onDefect: () => undefined, ...options[status] });
  opened.push(made);
  if (status === '429') await postJson(made, '/models/tiny', { inputs: 'one' });
  return made;
}

describe('the OpenAPI document', () => {
  it('names every route and status, and each answer is as it says', async () => {
    const document = await readDocument();
    const validate = validator(document);
    const wrong: unknown[] = [];
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { responses }] of Object.entries(methods)) {
        for (const [status, { content, headers = {} }] of Object.entries(responses)) {
          const response = await provoke(path, method, status);
          const [[type, media]] = Object.entries(content);
          const { schema } = media as { schema: object };
          const body = type.endsWith('json') ? await response.json() : await response.text();
          const where = `${method} ${path} ${status}`;
          if (response.status !== Number(status)) wrong.push([where, response.status, body]);
          else if (!response.headers.get('content-type')?.startsWith(type)) wrong.push([where, 'type', body]);
          else if (validate(schema, body).length > 0) wrong.push([where, validate(schema, body), body]);
          for (const name of Object.keys(headers)) if (!response.headers.has(name)) wrong.push([where, name]);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has every route that the app has', async () => {
    const { paths } = await readDocument();
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const pages = ['/openapi.json', '/docs', '/docs/style.css'].map((path) => `GET ${path}`);
    const all = app()
      .routes.filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect([...new Set(all)].sort()).toEqual([...documented, ...pages].sort());
  });

  it.each(routes)('has an example of a request that %s takes', async (path) => {
    const { paths, components } = await readDocument();
    const { requestBody } = paths[path].post;
    const [, name] = /schemas\/(\w+)/.exec(JSON.stringify(requestBody)) ?? [];
    const schema = Object.entries(components.schemas).find(([key]) => key === name)?.[1];
    const response = await postJson(app(), path.replace('{model}', 'tiny'), schema.example);
    expect(response.status).toBe(200);
  });

  it('says that a text is refused which breaks it', async () => {
    const document = await readDocument();
    const validate = validator(document);
    const schema = { $ref: '#/components/schemas/ClassifyRequest' };
    const found = [{ text: 'a' }, { texts: ['a'] }, {}, { text: 'a', texts: ['a'] }, { text: 'a', other: 1 }].map(
      (body) => validate(schema, body).length === 0,
    );
    expect(found).toEqual([true, true, false, false, false]);
  });
});

describe('GET /docs', () => {
  it('shows each route, without a script and without anything from elsewhere', async () => {
    const page = await (await app().request('/docs')).text();
    const { paths } = await readDocument();
    for (const path of Object.keys(paths)) expect(page).toContain(path);
    expect(page).not.toMatch(/<script|(src|href)="(https?:)?\/\//);
  });

  it('has a style that its policy allows', async () => {
    const response = await app().request('/docs/style.css');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });
});

describe('keys', () => {
  const store = { find: async (hash: string) => (hash === hashKey('rt_good') ? { name: 'one' } : undefined) };
  const locked = testApp(service, { keys: store });

  it.each([
    ['a good key', { authorization: 'Bearer rt_good' }, 200],
    ['no key', {}, 401],
    ['an unknown key', { authorization: 'Bearer rt_bad' }, 401],
    ['another scheme', { authorization: 'Basic cnRfZ29vZA==' }, 401],
  ])('with %s a text is answered with the right status', async (_, headers, status) => {
    const response = await postJson(locked(), '/v1/classify', { text: 'a' }, headers);
    expect(response.status).toBe(status);
    expect(response.headers.has('www-authenticate')).toBe(status === 401);
  });

  it('are not needed for reading', async () => {
    expect((await locked().request('/v1/models')).status).toBe(200);
  });
});
