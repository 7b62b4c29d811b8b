import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dockerInstructions } from '../test/deploy-files.ts';
import { spawnServer } from '../test/spawn-server.ts';
import { writeTinyModel } from '../test/tiny-model.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
let app: string;

/** What the Dockerfile does, in a folder of its own: there is no container engine here. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-image-'));
  app = join(folder, 'app');
  const build = join(folder, 'build');
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of String(files).split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(build, file)), { recursive: true });
    cpSync(join(root, file), join(build, file));
  }
  for (const { name, value } of dockerInstructions()) {
    if (name !== 'RUN') continue;
    const command = value.replaceAll(/(?<=\s)\/app(?=\/|\s|$)/g, app);
    // As in the image: jest's NODE_ENV would build the page for development.
    const env = { ...process.env, NODE_ENV: undefined, CI: 'true' };
    execFileSync('sh', ['-ec', command], { cwd: build, stdio: 'pipe', env });
  }
  rmSync(build, { recursive: true });
  writeTinyModel(join(folder, 'models/student'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.isSymbolicLink())
    .reduce((sum, { name }) => sum + sizeOf(join(path, name)), 0);
}

describe('the image', () => {
  it('serves a model with its page, without the workspace that it was built of', async () => {
    const options = ['--models', join(folder, 'models/student'), '--dashboard', join(app, 'dashboard')];
    const server = await spawnServer(options, {}, join(app, 'dist/cli.js'));
    const response = await fetch(`${server.url}/v1/classify`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"we delve"}',
    });
    const page = await fetch(`${server.url}/`);
    execFileSync(process.execPath, [join(app, 'dist/healthy.js'), `${server.url}/readyz`]);
    expect(await response.json()).toMatchObject({ model: { id: 'student' }, results: [{ label: 'ai' }] });
    expect(page.status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it('says that it is not healthy where nothing answers', () => {
    const check = () => execFileSync(process.execPath, [join(app, 'dist/healthy.js'), 'http://127.0.0.1:9/readyz']);
    expect(check).toThrow('Command failed');
  });

  it('holds no test, no source and no other system', () => {
    const megabytes = sizeOf(app) / 1e6;
    process.stdout.write(`the image's /app has ${megabytes.toFixed(0)} MB\n`);
    expect(megabytes).toBeLessThan(120);
    expect(readdirSync(app).sort()).toEqual(['README.md', 'dashboard', 'dist', 'node_modules', 'package.json']);
  });
});
