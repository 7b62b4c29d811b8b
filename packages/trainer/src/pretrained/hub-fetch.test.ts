import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hubFetch } from './hub-fetch.ts';

/** Answers with the authorization that it is shown. */
let server: Server;
let address: string;
beforeEach(async () => {
  server = createServer(({ headers }, response) => response.end(headers.authorization ?? 'nothing'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const shown = async (endpoint: string, url: string, token?: string) => (await hubFetch(endpoint, token)(url)).text();

describe('hubFetch', () => {
  it('shows the token to the hub', async () => {
    expect(await shown(address, `${address}/file`, 'hf_secret')).toBe('Bearer hf_secret');
  });

  it('shows it to no other server, even where an address of one is asked for', async () => {
    expect(await shown('https://hub.example', `${address}/file`, 'hf_secret')).toBe('nothing');
  });

  it('asks without a token where there is none', async () => {
    expect(await shown(address, `${address}/file`)).toBe('nothing');
  });

  it('gives the rest of a file, though the server sends all of it', async () => {
    const response = await hubFetch(address, undefined)(address, { headers: { Range: 'bytes=4-6' } });
    expect([response.status, await response.text()]).toEqual([206, 'ing']);
  });
});
