import { InferenceClient } from '@huggingface/inference';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postJson, tinyService } from '../../test/test-app.ts';
import { createApp } from '../app.ts';
import { hashKey } from '../http/auth.ts';
import { listen, type RunningServer } from '../listen.ts';

const { service } = tinyService();
const keys = { find: async (hash: string) => (hash === hashKey('rt_good') ? { name: 'one' } : undefined) };
let server: RunningServer;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  app = createApp({ service: service(), keys });
  server = await listen(app, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await server.close();
  app.close();
});

const client = (key = 'rt_good') => new InferenceClient(key).endpoint(`${server.url}/models/tiny`);

describe('@huggingface/inference', () => {
  it('gets the labels of a text, the likeliest first', async () => {
    const labels = await client().textClassification({ inputs: 'we delve' });
    expect(labels).toEqual([
      { label: 'ai', score: expect.closeTo(1 / (1 + Math.exp(-2)), 5) },
      { label: 'human', score: expect.closeTo(1 / (1 + Math.exp(2)), 5) },
    ]);
  });

  it('gets as many as it asks for, as the function that it asks for', async () => {
    const parameters = { top_k: 1, function_to_apply: 'none' as const };
    const labels = await client().textClassification({ inputs: 'we delve', parameters });
    expect(labels).toEqual([{ label: 'ai', score: 2 }]);
  });

  it('is told what is wrong', async () => {
    await expect(client().textClassification({ inputs: ' ' })).rejects.toThrow('inputs: ');
    await expect(client('rt_bad').textClassification({ inputs: 'a' })).rejects.toThrow('the API key is unknown');
  });
});

describe('POST /models/{model}', () => {
  it('answers several texts with a list each', async () => {
    const response = await postJson(
      app,
      '/models/tiny',
      { inputs: ['well', 'we delve'] },
      { authorization: 'Bearer rt_good' },
    );
    expect(await response.json()).toMatchObject([
      [{ label: 'human' }, { label: 'ai' }],
      [{ label: 'ai' }, { label: 'human' }],
    ]);
  });
});
