import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeTinyModel } from '../test/tiny-model.ts';
import { createApp } from './app.ts';
import { createClient } from './client.ts';
import { listen } from './listen.ts';
import { type Classifier, openClassifier } from './model/classifier.ts';

let folder: string;
let model: Classifier;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  writeTinyModel(folder);
  model = await openClassifier({ id: 'tiny', folder, onnxFile: 'onnx/model_quantized.onnx' });
});
afterAll(async () => {
  await model.close();
  rmSync(folder, { recursive: true });
});

/** A promise that somebody else keeps. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}

const start = () => listen(createApp({ models: [model] }), { host: '127.0.0.1', port: 0 });

describe('listen', () => {
  it('answers over a socket, to the typed client', async () => {
    const server = await start();
    const response = await createClient(server.url).v1.classify.$post({ json: { texts: ['well', 'delve'] } });
    const body = await response.json();
    await server.close();
    expect('results' in body && body.results.map(({ label }) => label)).toEqual(['human', 'ai']);
  });

  it('refuses a body that says it is too long before it is sent', async () => {
    const server = await start();
    const { hostname, port } = new URL(server.url);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write('POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
        socket.write('Content-Length: 9999999999\r\n\r\n');
      });
      socket.once('data', (data) => {
        resolve(String(data));
        socket.destroy();
      });
      socket.once('error', reject);
    });
    await server.close();
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('lets a request under way finish when it is closed', async () => {
    const begun = gate();
    const released = gate();
    const slow: Classifier = {
      ...model,
      async classify(text) {
        begun.open();
        await released.passed;
        return model.classify(text);
      },
    };
    const server = await listen(createApp({ models: [slow] }), { host: '127.0.0.1', port: 0 });
    const request = createClient(server.url).v1.classify.$post({ json: { text: 'well' } });
    await begun.passed;
    const closed = server.close();
    released.open();
    const { status, headers } = await request;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await closed;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });

  it('says which port is taken', async () => {
    const server = await start();
    const port = Number(new URL(server.url).port);
    const second = listen(createApp({ models: [model] }), { host: '127.0.0.1', port });
    await expect(second).rejects.toMatchObject({ name: 'UserError', message: `port ${port} of 127.0.0.1 is taken` });
    await server.close();
  });

  it('says that an address is not of this machine', async () => {
    const attempt = listen(createApp({ models: [] }), { host: '203.0.113.1', port: 0 });
    await expect(attempt).rejects.toMatchObject({ message: '203.0.113.1 is no address of this machine' });
  });
});
