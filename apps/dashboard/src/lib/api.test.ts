import { describe, expect, it } from '@jest/globals';
import { createApp, listen, openService } from '@retort/server';
import { createClient } from '@retort/server/client';
import { classifyText, fetchModels } from './api.ts';

/** Workers run the sources. */
const typescript = new URL('../../../../tools/jest/typescript.js', import.meta.url);
const nodeArguments = ['--no-warnings', '--conditions=@retort/source', '--import', typescript.href];

/** Runs `use` against a real server that has no model. */
async function withServer<T>(use: (url: string) => Promise<T>): Promise<T> {
  const service = await openService({ variants: [], workers: 1, watchMs: 0, nodeArguments });
  const app = createApp({ service });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  try {
    return await use(server.url);
  } finally {
    await server.close();
    app.close();
    await service.close();
  }
}

describe('fetchModels', () => {
  it('gives the models of the server', async () => {
    expect(await withServer((url) => fetchModels(createClient(url)))).toEqual([]);
  });

  it('says so when the server is gone', async () => {
    const url = await withServer(async (running) => running);
    await expect(fetchModels(createClient(url))).rejects.toMatchObject({
      name: 'RequestError',
      message: 'The server cannot be reached. Is it still running?',
    });
  });
});

describe('classifyText', () => {
  it("passes on the server's reason", async () => {
    const refused = withServer((url) => classifyText(createClient(url), 'a text', 'large'));
    await expect(refused).rejects.toThrow('The server refused: there is no model "large"; there is: none.');
  });
});
