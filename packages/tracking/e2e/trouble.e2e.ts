import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Experiment } from '@retort/shared';
import { makeWorkspace } from '../../trainer/src/testing/workspace.ts';
import { openDatabase } from '../src/database/open.ts';
import { readPassword } from '../src/embedded/data-folder.ts';
import { ensureServer, serverFolder, stopServer } from '../src/embedded/server.ts';
import { sync } from '../src/recording/sync.ts';

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));
const hooks = new URL('../../shared/testing/typescript-hooks.mjs', import.meta.url).href;

describe('a training whose database is in trouble', () => {
  let experiment: Experiment;
  let folder: string;
  beforeEach(async () => {
    experiment = await makeWorkspace();
    chmodSync(experiment.workspace, 0o755);
    folder = serverFolder(experiment.workspace);
  });
  afterEach(async () => {
    // A recorder may be at its last try still, and start the server once more.
    for (let gone = false; !gone; ) {
      await stopServer(folder);
      try {
        rmSync(experiment.workspace, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
        gone = true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
      }
    }
  });

  /** Trains, and waits until the recorders have given up; what they said. */
  async function train(url: string): Promise<string[]> {
    const args = ['--conditions=@retort/source', '--no-warnings', '--import', hooks, here('train.mjs')];
    const env = { ...process.env, RETORT_RECORDER: here('../dist/cli.js'), DATABASE_URL: url };
    const child = spawn(process.execPath, [...args, experiment.workspace, 'finetune'], { stdio: 'ignore', env });
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(existsSync(join(experiment.workspace, 'artifacts/tiny/finetune/manifest.json'))).toBe(true);
    const log = join(experiment.workspace, '.retort/recorder.log');
    while (!existsSync(log)) await pause(50);
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    return [...new Set(lines.map((line) => line.replace(/^\S+ /, '')))];
  }

  it.each([
    ['a bad DATABASE_URL', 'nonsense', 'DATABASE_URL is no address'],
    ['a server that does not answer', 'postgres://a:b@127.0.0.1:1/c?sslmode=disable', 'the database does not answer'],
  ])('goes on with %s, which is told in one line', async (_, url, message) => {
    expect(await train(url)).toEqual([expect.stringContaining(message)]);
  });

  it('goes on with a wrong password, which is told in one line', async () => {
    const { port } = await ensureServer(folder);
    const url = `postgres://retort:wrong@127.0.0.1:${port}/postgres?sslmode=disable`;
    expect(await train(url)).toEqual([expect.stringContaining('the database refuses the user or the password')]);
  });

  it('goes on with a database of a newer schema, which is told in one line', async () => {
    const database = await openDatabase(experiment.workspace, { url: '' });
    await database.sql`insert into retort.migrations (hash, created_at) values ('later', 99999999999999)`;
    await database.close();
    expect(await train('')).toEqual([expect.stringContaining('the schema of a newer Retort')]);
  });

  // Only root may mount a file system that is small enough to be filled.
  const disk = process.getuid?.() === 0 && canMount();
  it(`goes on with a full disk, and nothing is lost${disk ? '' : ' (not run: it takes root and mount)'}`, async () => {
    if (!disk) return;
    const mount = serverFolder(experiment.workspace);
    mkdirSync(mount, { recursive: true });
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=0777', 'none', mount]).status).toBe(0);
    let database: Awaited<ReturnType<typeof openDatabase>> | undefined;
    try {
      database = await openDatabase(experiment.workspace, { url: '' });
      const { port } = await ensureServer(folder);
      const url = `postgres://retort:${readPassword(folder)}@127.0.0.1:${port}/postgres?sslmode=disable`;
      spawnSync('dd', ['if=/dev/zero', `of=${join(mount, 'filler')}`, 'bs=1M']);
      expect((await train(url)).join('\n')).toContain('the disk of the database is full');
      rmSync(join(mount, 'filler'));
      await sync(database.sql, experiment.workspace);
      const [{ lines }] = await database.sql`select sum(lines)::int4 as lines from retort.runs`;
      const points = join(experiment.workspace, 'artifacts/tiny/finetune/metrics.jsonl');
      expect(lines).toBe(readFileSync(points, 'utf8').trim().split('\n').length);
    } finally {
      await database?.close();
      await stopServer(folder);
      spawnSync('umount', ['-l', mount]);
    }
  });
});

function canMount(): boolean {
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;
}
