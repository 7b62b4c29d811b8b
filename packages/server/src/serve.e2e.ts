import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { holdUp } from '../test/hold-up.ts';
import { inParallel } from '../test/in-parallel.ts';
import { type SpawnedServer, spawnProgram, spawnServer } from '../test/spawn-server.ts';
import { writeTinyModel } from '../test/tiny-model.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  writeTinyModel(join(folder, 'tiny'), { file: 'onnx/model.onnx' }); // in float32: no processor is warned about
});
afterAll(() => rmSync(folder, { recursive: true }));
const start = (...options: string[]) => spawnServer(['--models', join(folder, 'tiny'), '--log', 'errors', ...options]);

/** One request over a socket; the whole answer. */
async function send(
  url: string,
  { method, headers, body }: { method: string; headers?: Record<string, string>; body?: string | Uint8Array },
  agent: Agent,
): Promise<{ status: number; type: string; body: string }> {
  const sent = request(url, { method, headers, agent });
  sent.end(body);
  const [response]: [IncomingMessage] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: text };
}

describe('10,000 bad requests', () => {
  const routes = ['/v1/classify', '/models/tiny', '/v2/models/tiny/infer'];
  const paths = [...routes, ...routes, ...routes, '/v1/models/%F0', '/nowhere', '/v1//classify'];
  const strange = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc.constantFrom('__proto__', 'constructor', null, -0, 1e308, ' ', '\u0000'),
  );
  const key = fc.constantFrom(
    'text',
    'texts',
    'inputs',
    'parameters',
    'model',
    'top_k',
    'threshold',
    'truncate',
    'explain',
    '__proto__',
  );
  const json = fc.dictionary(key, strange, { maxKeys: 4 }).map((body) => JSON.stringify(body));
  const broken = fc.tuple(json, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
  const deep = fc
    .integer({ min: 20, max: 20_000 })
    .map((depth) => `{"texts":${'['.repeat(depth)}${']'.repeat(depth)}}`);
  const body = fc.oneof(
    { weight: 5, arbitrary: json },
    { weight: 3, arbitrary: broken },
    { weight: 1, arbitrary: deep },
    { weight: 3, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 33, max: 60_000 }).map((n) => JSON.stringify({ texts: Array(n).fill(0) })),
    },
  );
  const header = fc
    .string({ minLength: 1, maxLength: 40 })
    .filter((value) => /^[\x20-\x7e]+$/.test(value) && value.trim() !== '');
  const bad = fc.record({
    path: fc.constantFrom(...paths),
    method: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    type: fc.oneof({ weight: 5, arbitrary: fc.constant('application/json') }, header),
    prefer: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, header),
    body,
  });
  const residentMegabytes = async (url: string) => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]) / 1e6;
  };

  it('get no 5xx, break nothing and leave no memory behind', async () => {
    const server = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const wrong: unknown[] = [];
    const statuses = new Map<number, number>();
    const round = async (seed: number, count: number) => {
      await inParallel(16, fc.sample(bad, { seed, numRuns: count }), async ({ path, method, type, prefer, body }) => {
        const headers = { 'content-type': type, ...(prefer === undefined ? {} : { prefer }) };
        const answer = await send(`${server.url}${path}`, { method, headers, body }, agent);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        const problem = answer.status < 400 || answer.type === 'application/problem+json';
        // 504: the generated `Prefer` left no time.
        if ((answer.status >= 500 && answer.status !== 504) || !problem) wrong.push([path, method, type, body, answer]);
      });
      return residentMegabytes(server.url);
    };
    const warm = await round(1, 4000);
    const end = await round(2, 6000);
    const garbage = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 200 }), { seed: 3, numRuns: 200 });
    await inParallel(16, garbage, async (bytes) => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname).on('error', () => undefined);
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    });
    const good = await send(
      `${server.url}/v1/classify`,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"we delve"}' },
      agent,
    );
    agent.destroy();
    const code = await server.stop();
    process.stdout.write(
      `statuses ${JSON.stringify([...statuses].sort(([a], [b]) => a - b))}; resident ${warm.toFixed(0)} MB after 4,000 requests, ` +
        `${end.toFixed(0)} MB after 10,000\n`,
    );
    expect(wrong).toEqual([]);
    expect([good.status, code, server.log()]).toEqual([200, 0, '']);
    expect(end - warm).toBeLessThan(40);
  });
});

describe('SIGTERM', () => {
  it('answers every one of 1,000 requests that are on their way on open connections, and exits with 0', async () => {
    const server = await start('--queue', '100000', '--grace', '120');
    const agent = new Agent({ keepAlive: true, maxSockets: 1000, maxFreeSockets: 1000 });
    const sockets = Array.from({ length: 1000 }, () => send(`${server.url}/healthz`, { method: 'GET' }, agent));
    await Promise.all(sockets);
    const text = 'well delve '.repeat(25);
    const body = JSON.stringify({ text, truncate: 'windows' });
    const answers = sockets.map(() =>
      send(
        `${server.url}/v1/classify`,
        { method: 'POST', headers: { 'content-type': 'application/json' }, body },
        agent,
      ),
    );
    await Promise.race(answers);
    const stopped = server.stop();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    agent.destroy();
    expect(await stopped).toBe(0);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends a server that still loads its models, with 0, and nothing stays: %s',
    async (signal) => {
      const temporary = mkdtempSync(join(tmpdir(), 'retort-'));
      const child = spawnProgram(['--models', join(folder, 'tiny')], { TMPDIR: temporary });
      const scratch = join(temporary, 'retort-serving');
      const compiles = () =>
        existsSync(scratch) && readdirSync(scratch).some((name) => readdirSync(join(scratch, name)).length > 0);
      while (!compiles()) await setImmediate();
      child.kill(signal);
      const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      const left = readdirSync(scratch);
      rmSync(temporary, { recursive: true });
      expect([code, said, left]).toEqual([0, 'stopping: nothing is served yet\n', []]);
    },
  );

  /** Ends the workers alone, as Nx does: it knows no better than that the rest will follow. */
  const terminateWorkers = ({ child }: SpawnedServer) => {
    const pids = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
    expect(pids.length).toBeGreaterThan(1);
    for (const pid of pids) process.kill(Number(pid), 'SIGTERM');
  };

  it('of its workers ends a server that Nx has started, with 0', async () => {
    const server = await spawnServer(['--models', join(folder, 'tiny')], { NX_TASK_TARGET_TARGET: 'serve' });
    const exited = once(server.child, 'exit');
    terminateWorkers(server);
    expect(await exited).toEqual([0, null]);
  });

  it('of its workers is survived by a server that was started otherwise', async () => {
    const server = await spawnServer(['--models', join(folder, 'tiny'), '--log', 'errors'], {
      NX_TASK_TARGET_TARGET: undefined,
    });
    terminateWorkers(server);
    while (!server.log().includes('worker restarted')) await setImmediate();
    const { status } = await send(`${server.url}/readyz`, { method: 'GET' }, new Agent());
    expect([status, await server.stop()]).toEqual([200, 0]);
  });

  it('ends a server that waits for a file of its model', async () => {
    writeTinyModel(join(folder, 'slow'));
    const model = holdUp(join(folder, 'slow/onnx/model_quantized.onnx'));
    const child = spawnProgram(['--models', join(folder, 'slow')]);
    await model.read();
    child.kill();
    // By SIGKILL: the system keeps the thread that asked it for the file.
    const [said, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'close')]);
    model.end();
    expect([code, signal, said]).toEqual([null, 'SIGKILL', 'stopping: nothing is served yet\n']);
  });

  it('ends a server that waits for a file of a changed model', async () => {
    writeTinyModel(join(folder, 'changed'), { file: 'onnx/model.onnx' });
    const server = await spawnServer(['--models', join(folder, 'changed')]);
    const model = holdUp(join(folder, 'changed/onnx/model.onnx'));
    await model.read();
    const code = await server.stop();
    model.end();
    expect([code, server.child.signalCode]).toEqual([null, 'SIGKILL']);
  });

  it('ends the server in order where nobody reads its output any more', async () => {
    const server = await start();
    server.child.stdout?.destroy();
    expect([await server.stop(), server.log()]).toEqual([0, '']);
  });
});

describe('the log', () => {
  it('is a line of JSON a request, without its texts', async () => {
    const server: SpawnedServer = await start('--log', 'requests');
    const agent = new Agent();
    const headers = { 'content-type': 'application/json', 'x-request-id': 'one' };
    await send(`${server.url}/v1/classify`, { method: 'POST', headers, body: '{"text":"a secret"}' }, agent);
    await server.stop();
    const [line] = server.log().trim().split('\n');
    expect(JSON.parse(line)).toMatchObject({
      event: 'request',
      id: 'one',
      route: '/v1/classify',
      status: 200,
      texts: 1,
    });
    expect(server.log()).not.toContain('secret');
  });
});

describe('--log off', () => {
  it('writes nothing on stderr, whatever is wrong', async () => {
    writeTinyModel(join(folder, 'broken'));
    const away = { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
    const server = await spawnServer(['--models', join(folder, 'broken'), '--log', 'off'], away);
    writeFileSync(join(folder, 'broken/config.json'), 'no JSON');
    const refused = /retort_swaps_total\{model="broken",outcome="refused"\} 1/;
    while (!refused.test(await (await fetch(`${server.url}/metrics`)).text())) await setImmediate();
    const runs = await fetch(`${server.url}/api/runs`);
    expect([runs.status, await server.stop(), server.log()]).toEqual([503, 0, '']);
  });
});

describe('a server that others can reach', () => {
  it('does not start without keys, if their database cannot be opened', async () => {
    const database = 'postgres://nobody@127.0.0.1:9/none';
    const started = spawnServer(['--models', join(folder, 'tiny'), '--host', '0.0.0.0'], { DATABASE_URL: database });
    await expect(started).rejects.toThrow('API keys are needed, but their database cannot be opened');
  });
});
