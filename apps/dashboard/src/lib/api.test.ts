import { describe, expect, it } from '@jest/globals';
import { createApp, listen, openService } from '@retort/server';
import { parseResponse } from 'hono/client';
import { nodeArguments } from '../../../../packages/server/test/source-workers.ts';
import { type Api, answer, createApi } from './api.ts';

/** Runs `use` against a real server that has no model, and lets in who has the key `rt_good`. */
async function withServer<T>(use: (api: Api) => Promise<T>, key?: string): Promise<T> {
  const service = await openService({ variants: [], workers: 1, watchMs: 0, nodeArguments });
  const app = createApp({ service, keys: { find: async () => (key === 'rt_good' ? { name: 'one' } : undefined) } });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  try {
    return await use(createApi(server.url, () => key));
  } finally {
    await server.close();
    app.close();
    await service.close();
  }
}

const classify = ({ models }: Api) =>
  answer(parseResponse(models.v1.classify.$post({ json: { text: 'a text', model: 'large' } })));

describe('answer', () => {
  it('gives the body of a good answer', async () => {
    const models = withServer(({ models }) => answer(parseResponse(models.v1.models.$get())));
    expect(await models).toEqual({ models: [] });
  });

  it('says so when the server is gone', async () => {
    const api = await withServer(async (running) => running);
    await expect(answer(parseResponse(api.models.v1.models.$get()))).rejects.toMatchObject({
      name: 'RequestError',
      status: undefined,
      message: 'The server cannot be reached. Is it still running?',
    });
  });

  it("passes on the server's reason", async () => {
    await expect(withServer(classify, 'rt_good')).rejects.toMatchObject({
      status: 404,
      message: 'There is no model "large"; there is: none.',
    });
  });

  it('says that a key is needed where one is', async () => {
    await expect(withServer(classify)).rejects.toMatchObject({ status: 401 });
  });
});
