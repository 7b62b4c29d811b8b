import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { gate } from '../test/gate.ts';
import { tinyService } from '../test/test-app.ts';
import { createApp } from './app.ts';
import { createClient } from './client.ts';
import type { Service, Variant } from './inference/index.ts';
import { type ListenOptions, listen } from './listen.ts';

const { service } = tinyService();

async function start(options: Partial<ListenOptions> & { readonly service?: Service } = {}) {
  const app = createApp({ service: options.service ?? service() });
  const server = await listen(app, { host: '127.0.0.1', port: 0, ...options });
  const { hostname, port } = new URL(server.url);
  return {
    ...server,
    connect: async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      return socket;
    },
    async close() {
      await server.close();
      app.close();
    },
  };
}

/** All that a socket receives until it is closed. */
async function received(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** The service, but that reading waits until the gate is open. `ended` is told how it ended. */
function slowService(begun: () => void, until: Promise<void>, ended: (how: string) => void = () => undefined): Service {
  return {
    ...service(),
    use: (id, work, options) =>
      service().use(id, (variant) => work({ ...variant, read: slowly(variant.read) }), options),
  };

  function slowly(read: Variant['read']): Variant['read'] {
    return async (texts, options) => {
      begun();
      await until;
      const readings = read(texts, options);
      readings.then(
        () => ended('answered'),
        ({ name }: Error) => ended(name),
      );
      return readings;
    };
  }
}

const head = 'POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

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
    const socket = await server.connect();
    socket.write(`${head}Content-Length: 9999999999\r\n\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    await server.close();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('refuses a body that turns out to be too long while it is sent', async () => {
    const server = await start();
    const socket = await server.connect();
    socket.on('error', () => undefined); // It may be closed while we still write.
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    const megabyte = 'a'.repeat(1024 * 1024);
    socket.write(`100000\r\n${megabyte}\r\n100000\r\n${megabyte}\r\n`);
    const [answer] = await once(socket, 'data');
    socket.destroy();
    await server.close();
    expect(String(answer)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('does not wait for ever for a head that drips in, and answers others meanwhile', async () => {
    const server = await start({ headSeconds: 0.2 });
    const slow = await server.connect();
    const ended = received(slow);
    slow.write('POST /v1/classify HTTP/1.1\r\nHost: x\r\nX-Slow:');
    const other = await createClient(server.url).v1.classify.$post({ json: { text: 'well' } });
    const answer = await ended;
    await server.close();
    expect(other.status).toBe(200);
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\ncontent-type: application\/problem\+json/);
  });

  it('does not wait for ever for a body that does not come', async () => {
    const server = await start({ headSeconds: 0.2, requestSeconds: 0.3 });
    const slow = await server.connect();
    const ended = received(slow);
    slow.write(`${head}Content-Length: 100\r\n\r\n{`);
    const answer = await ended;
    await server.close();
    expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it.each([
    ['what is no HTTP', 'GET / SMTP/7\r\n\r\n', 400],
    ['a head without a Host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a head without a Host, as HTTP/1.0 has it', 'GET /healthz HTTP/1.0\r\n\r\n', 400],
    ['a head that is too long', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('refuses %s as it refuses everything else', async (_, bytes, status) => {
    const server = await start();
    const socket = await server.connect();
    socket.write(bytes);
    const answer = await received(socket);
    await server.close();
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ type: 'about:blank', status });
  });

  it('lets go of who was refused and does not go', async () => {
    const server = await listen({ fetch: () => new Response() }, { host: '127.0.0.1', port: 0, headSeconds: 0.2 });
    const { hostname, port } = new URL(server.url);
    const stubborn = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    stubborn.write('POST / HTTP/1.1\r\nX-Slow:');
    stubborn.resume();
    await once(stubborn, 'end');
    await server.close(3600);
    stubborn.destroy();
  });

  it('tells the model that a client has hung up', async () => {
    const begun = gate();
    const released = gate();
    let slow = service();
    const ended = new Promise<string>((resolve) => {
      slow = slowService(begun.open, released.passed, resolve);
    });
    const server = await start({ service: slow });
    const socket = await server.connect();
    socket.write(`${head}Content-Length: 15\r\n\r\n{"text":"well"}`);
    await begun.passed;
    socket.destroy();
    // By the time that a later request is answered, the server has heard of it.
    await fetch(`${server.url}/healthz`);
    released.open();
    const how = await ended;
    await server.close();
    expect(how).toBe('Cancelled');
  });

  it('lets a request under way finish when it is closed', async () => {
    const begun = gate();
    const released = gate();
    const server = await start({ service: slowService(begun.open, released.passed) });
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
    const second = start({ port });
    await expect(second).rejects.toMatchObject({ name: 'UserError', message: `port ${port} of 127.0.0.1 is taken` });
    await server.close();
  });

  it('says that an address is not of this machine', async () => {
    const attempt = start({ host: '203.0.113.1' });
    await expect(attempt).rejects.toMatchObject({ message: '203.0.113.1 is no address of this machine' });
  });
});
