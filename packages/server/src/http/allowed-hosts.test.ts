import { describe, expect, it } from '@jest/globals';
import { readJson, testApp, tinyService } from '../../test/test-app.ts';
import type { Problem } from '../api/problem.ts';
import { isLoopback } from './allowed-hosts.ts';

const { service } = tinyService();
const loopback = testApp(service, { hosts: { names: ['retort.example.org'], addresses: 'loopback' } });
const elsewhere = testApp(service, { hosts: { names: [], addresses: 'any' } });
const open = testApp(service);
const statusOf = async (app: ReturnType<typeof loopback>, host: string) =>
  (await app.request('/v1/models', { headers: { host } })).status;

describe('a server on the loopback address', () => {
  it.each([
    ['localhost', 200],
    ['LOCALHOST.:8080', 200],
    ['127.0.0.1:1', 200],
    ['127.0.0.2', 200],
    ['[::1]:8080', 200],
    ['[0:0::1]', 200],
    ['Retort.example.org:443', 200],
    ['example.org', 421],
    ['localhost.example.org', 421],
    ['127.0.0.1.example.org', 421],
    ['retort.example.org.evil.example', 421],
    ['10.0.0.1', 421],
    ['[::2]', 421],
    ['localhost@example.org', 421],
    ['example.org#localhost', 421],
    ['', 421],
  ])('that is called "%s" answers %d', async (host, status) => {
    expect(await statusOf(loopback(), host)).toBe(status);
  });

  it('says how to let itself be called so, before it asks any route', async () => {
    const headers = { host: 'example.org:8080', 'content-type': 'text/plain' };
    const { detail, status } = await readJson<Problem>(
      loopback().request('/v1/classify', { method: 'POST', body: 'x', headers }),
    );
    expect([status, detail]).toEqual([
      421,
      'this server is not called "example.org:8080"; if it is, start it with --allowed-hosts example.org',
    ]);
  });
});

describe('a server elsewhere that asks for no keys', () => {
  it('is called by addresses, which no foreign page has for a name, and by no other name', async () => {
    const hosts = ['10.0.0.1:8080', '[fe80::1]', 'localhost', 'example.org'];
    expect(await Promise.all(hosts.map((host) => statusOf(elsewhere(), host)))).toEqual([200, 200, 200, 421]);
  });
});

it('a server without a rule is called anything', async () => {
  expect(await statusOf(open(), 'example.org')).toBe(200);
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.8.8', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.example.org', false],
    ['10.0.0.1', false],
  ])('%s: %s', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});
