import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../src/database/open.ts';
import { readPassword } from '../src/embedded/data-folder.ts';
import { findPostmaster, openSocket } from '../src/embedded/postmaster.ts';
import { serverFolder, stopServer } from '../src/embedded/server.ts';
import { type LiveEvent, LiveFeed } from '../src/live/feed.ts';
import { ingestPoints } from '../src/recording/ingest-points.ts';
import { sync } from '../src/recording/sync.ts';
import { createTestWorkspace } from '../testing/workspace.ts';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));

let space: ReturnType<typeof createTestWorkspace>;
let folder: string;
beforeAll(async () => {
  space = createTestWorkspace();
  chmodSync(space.workspace, 0o755);
  folder = serverFolder(space.workspace);
  await space.run('finetune', 3);
  await space.run('distill', 5);
});
afterAll(async () => {
  await stopServer(folder);
  space.remove();
});

const open = (url = '') => openDatabase(space.workspace, { url, max: 2 });

function run(...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...args], {
    cwd: space.workspace,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: '' },
  });
  return { stdout, stderr, status };
}

describe('the command line', () => {
  it('lists runs, whether or not the database knew them', () => {
    const { stdout, stderr, status } = run('runs', '--filter', 'stage = distill', '--metrics', 'train.loss');
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toMatch(
      /^run +experiment +stage +status +started +took +train\.loss +figures\n[0-9a-f]{8} +sample +distill +succeeded .* 0\.2 +accuracy 0\.9\n$/,
    );
    expect(JSON.parse(run('runs', '--json').stdout)).toMatchObject({ total: 2, next: null });
    expect(run('runs', '--folders').stdout).toContain('sample');
  });

  it('compares and exports', () => {
    expect(run('compare', '--runs=sample/distill,sample/finetune').stdout).toContain('sample/finetune');
    expect(run('export', '--what=points', '--format=csv').stdout.split('\r\n')).toHaveLength(10);
    expect(run('export', '--out=all/runs.json').status).toBe(0);
    expect(JSON.parse(readFileSync(space.path('all/runs.json'), 'utf8'))).toHaveLength(2);
  });

  it.each([
    [['runs', '--filter', 'stage ='], 'a value is missing, at character 8'],
    [['runs', '--limit', 'x'], '"x" is no number'],
    [['runs', '--filter', 'acuracy > 0.5'], 'no run has "acuracy"; near it: accuracy'],
    [['runs', '--sort=-acuracy'], 'no run has "acuracy"; near it: accuracy'],
    [['runs', '--metrics=loss'], 'no run has "loss"; near it: train.loss'],
    [['compare', '--filter', 'stage = distil'], 'there is no stage "distil"; near it: distill'],
    [['export', '--filter', 'stage = distil'], 'there is no stage "distil"; near it: distill'],
    [['compare'], 'no runs are named'],
    [['compare', '--runs=sample/report'], 'there is no run "sample/report"'],
    [['export', '--what=all'], '"all" is not known'],
    [['export', '--format=xml'], '"xml" is not known'],
  ])('tells in one error what is wrong with %j', (args, message) => {
    const { stdout, stderr, status } = run(...args);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it.each(['runs', 'compare', 'export'])('has a --help for %s', (command) => {
    expect(run(command, '--help').stdout).toContain(`usage: tracking ${command} [options]`);
  });
});

/** A proxy that can go deaf: its connections stay open, but nothing comes through any more. */
async function deafProxy() {
  const pairs: [Socket, Socket][] = [];
  const server = createServer(async (client) => {
    const upstream = await openSocket(findPostmaster(folder)?.port ?? 0);
    client.on('error', () => undefined);
    upstream.on('error', () => undefined);
    client.pipe(upstream).pipe(client);
    pairs.push([client, upstream]);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    deafen: () => {
      for (const [client, upstream] of pairs.splice(0)) {
        upstream.unpipe(client);
        client.unpipe(upstream);
        upstream.resume();
      }
    },
    close: () => server.close(),
  };
}

describe('a live feed', () => {
  /** Follows a new run of the workspace while its file grows; `between` happens between the points. */
  async function follow(feed: LiveFeed, between: (i: number) => Promise<void> | void): Promise<number[]> {
    const database = await open();
    await sync(database.sql, space.workspace);
    const [{ id, key, lines }] =
      await database.sql`select id, key::text, lines from retort.runs where stage = 'distill'`;
    const file = space.path('artifacts/sample/distill/metrics.jsonl');
    const told: number[] = [];
    const events = feed.points([key]);
    let total = lines;
    for (let i = 0; i < 10; i++) {
      appendFileSync(file, `${JSON.stringify({ time: new Date().toISOString(), name: 'train.loss', value: i })}\n`);
      total++;
      for (;;) {
        try {
          await ingestPoints(database.sql, id, file);
          break;
        } catch {
          // The server is being killed: the point waits in its file.
        }
      }
      while (told.length < total) {
        const event = (await events.next()).value as LiveEvent;
        if (event.type === 'points') told.push(...event.points.map(({ line }) => line));
      }
      await between(i);
    }
    await events.return(undefined);
    await feed.close();
    await database.close();
    expect(told).toEqual(Array.from({ length: total }, (_, i) => i + 1));
    return told;
  }

  it('outlives kill -9 of the server, again and again', async () => {
    await follow(new LiveFeed(() => open()), () => {
      const pid = findPostmaster(folder)?.pid;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    });
  });

  it('finds out that a connection has gone deaf', async () => {
    const proxy = await deafProxy();
    const keep = await open();
    const url = `postgres://retort:${readPassword(folder)}@127.0.0.1:${proxy.port}/postgres?sslmode=disable`;
    let troubles = 0;
    const feed = new LiveFeed(() => open(url), { beatSeconds: 0.2, onTrouble: () => troubles++ });
    await follow(feed, (i) => {
      if (i % 3 === 1) proxy.deafen();
    });
    expect(troubles).toBeGreaterThan(0);
    proxy.close();
    await keep.close();
  });
});
