// The server as its users run it, in a process of its own, and requests to it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from './connection.js';

/** The server's program in a checkout that is built. Default: this one. */
export const cliOf = (checkout = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')) =>
  join(checkout, 'packages/server/dist/cli.js');

const common = ['--port', '0', '--log', 'off', '--tracking', 'never'];

/**
 * Starts the server for model folders; settles when it listens. It ends with this process at the latest: one that is left behind would keep
 * open what it has inherited, and whoever reads this process's error output to its end would wait for ever.
 */
export function startServer(models, options = [], cli = cliOf()) {
  const child = spawn(process.execPath, [cli, 'serve', '--models', models, ...common, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    process.off('exit', kill);
  };
  return new Promise((done, fail) => {
    let output = '';
    child.once('exit', (code) => fail(new Error(`the server has ended with ${code}`)));
    child.stdout.on('data', (data) => {
      output += data;
      const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      if (port !== undefined) done({ port: Number(port), stop });
    });
  });
}

/** Connections without a request under way, by port. */
const idle = new Map();

/** Classifies a text; the status and the milliseconds until the whole answer was there. */
export async function classify(port, text) {
  const body = Buffer.from(JSON.stringify({ text }));
  const started = performance.now();
  const free = idle.get(port) ?? [];
  idle.set(port, free);
  let connection = free.pop();
  while (connection?.closed) connection = free.pop();
  connection ??= new Connection(port);
  const { status } = await connection.post('/v1/classify', body);
  if (!connection.closed) free.push(connection);
  return { status, ms: performance.now() - started };
}
