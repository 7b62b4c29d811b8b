import { expect, it } from '@jest/globals';
import { HTTPException } from 'hono/http-exception';
import { postJson, testApp, tinyService } from '../../test/test-app.ts';
import { createApp } from '../app.ts';
import { hashKey } from './auth.ts';

const { service } = tinyService();
const asked: string[] = [];
const app = testApp(service, {
  keys: {
    find: async (hash) => {
      asked.push(hash);
      return hash === hashKey('rt_good') ? { name: 'one' } : undefined;
    },
  },
});

it('asks the store for the hash of a key, once for several requests', async () => {
  const send = () => postJson(app(), '/v1/classify', { text: 'a' }, { authorization: 'bearer rt_good' });
  expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
  expect(asked).toEqual([hashKey('rt_good')]);
});

it('lets in who needs no key, also where the store fails', async () => {
  const away = new HTTPException(503, { message: 'away' });
  const locked = createApp({ service: service(), keys: { find: () => Promise.reject(away) } });
  const headers = { authorization: 'Bearer rt_good' };
  const statuses = [
    (await locked.request('/v1/models', { headers })).status,
    (await postJson(locked, '/v1/classify', { text: 'a' }, headers)).status,
  ];
  locked.close();
  expect(statuses).toEqual([200, 503]);
});

it('hashes as sha256sum does', () => {
  expect(hashKey('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
