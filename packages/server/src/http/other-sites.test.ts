import { describe, expect, it } from '@jest/globals';
import { testApp, tinyService } from '../../test/test-app.ts';

const { service } = tinyService();
const app = testApp(service, { origins: ['https://example.org'] });
const get = async (headers: Record<string, string>) => (await app().request('/v1/models', { headers })).status;
const other = { 'sec-fetch-site': 'cross-site' };

describe('what a page of another site asks for', () => {
  it.each([
    ['by a script', { ...other, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' }, 403],
    ['by a script of an origin that is not named', { ...other, origin: 'https://example.com' }, 403],
    ['by a script of an origin that is named', { ...other, origin: 'https://example.org' }, 200],
    ['as a frame', { ...other, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }, 403],
    ['by a link', { ...other, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }, 200],
  ])('%s', async (_, headers, status) => {
    expect(await get(headers)).toBe(status);
  });

  it('is not posted by its form', async () => {
    const headers = { ...other, 'sec-fetch-dest': 'document', 'content-type': 'text/plain' };
    const response = await app().request('/v1/classify', { method: 'POST', body: '{"text":"a"}', headers });
    expect(response.status).toBe(403);
  });
});

it.each([['same-origin'], ['same-site'], ['none']])('the server’s own page is answered: %s', async (site) => {
  expect(await get({ 'sec-fetch-site': site })).toBe(200);
});

// Only such a request is sent to another site without asking it first.
it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined])(
  'a body that any page can send without asking is not read: %s',
  async (type) => {
    const body = new Blob(['{"text":"a"}']);
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const response = await app().request('/v1/classify', { method: 'POST', body, headers });
    expect(response.status).toBe(415);
  },
);
