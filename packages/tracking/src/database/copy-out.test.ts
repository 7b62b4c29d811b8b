import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import postgres from 'postgres';
import { createTestDatabase } from '../../testing/test-database.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/**
 * A way to the server that holds back what follows the end of a COPY until `release`, and gives all of the COPY at once. It passes on whole messages: a letter, the
 * length as 4 bytes, itself included, and the rest.
 */
async function slowAfterCopy(host: string, port: number) {
  let release = () => undefined as unknown;
  const pass = (from: Socket, to: Socket) => {
    let waiting = Buffer.alloc(0);
    let copying = false;
    let held = false;
    const forward = () => {
      const ready: Buffer[] = [];
      while (!held && waiting.length >= 5 && waiting.length >= 1 + waiting.readUInt32BE(1)) {
        const [letter, end] = [String.fromCharCode(waiting[0]), 1 + waiting.readUInt32BE(1)];
        ready.push(waiting.subarray(0, end));
        waiting = waiting.subarray(end);
        if (letter === 'H') copying = true; // CopyOutResponse
        if (letter === 'c') held = true; // CopyDone
      }
      if (copying && !held) waiting = Buffer.concat([...ready, waiting]);
      else if (ready.length > 0) to.write(Buffer.concat(ready));
    };
    from.on('data', (data: Buffer) => {
      waiting = Buffer.concat([waiting, data]);
      forward();
    });
    release = () => {
      [copying, held] = [false, false];
      forward();
    };
  };
  const server = createServer((client) => {
    const upstream = connect(port, host);
    client.pipe(upstream);
    pass(upstream, client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  return { port: address.port, release: () => release(), close: () => server.close() };
}

describe('a COPY whose end comes with its last rows', () => {
  it('leaves a connection that goes on', async () => {
    const { user, pass, database: name } = database.sql.options;
    const [{ host, port }] = await database.sql`select host(inet_server_addr()) as host, inet_server_port() as port`;
    const way = await slowAfterCopy(host, port);
    const sql = postgres({ host: '127.0.0.1', port: way.port, user, pass: pass ?? '', database: name, max: 1 });
    // More than a stream holds, and less than a socket gives at once.
    const rows = await sql`copy (select repeat('x', 99) from generate_series(1, 400)) to stdout`.readable();
    let bytes = 0;
    for await (const chunk of rows) bytes += chunk.length;
    expect(bytes).toBe(40_000);
    way.release();
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await sql.end();
    way.close();
  });
});
