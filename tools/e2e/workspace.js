import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const real = join(here, '../..');

/**
 * A copy of this workspace in a temporary folder: its Nx configuration, plugin, lock file and packages, but with
 * stages that take no time. Every stage that runs adds its name to `runs.log`.
 */
export function createWorkspace() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'retort-')));
  const path = (file) => join(root, file);
  const read = (file) => readFileSync(path(file), 'utf8');
  const write = (file, text) => {
    mkdirSync(join(path(file), '..'), { recursive: true });
    writeFileSync(path(file), text);
  };

  for (const file of ['.env', '.gitignore', 'nx.json', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml']) {
    cpSync(join(real, file), path(file));
  }
  cpSync(join(real, 'tsconfig.base.json'), path('tsconfig.base.json'));
  for (const folder of ['tools/nx-plugin', 'tools/jest']) cpSync(join(real, folder), path(folder), { recursive: true });
  symlinkSync(realpathSync(join(real, 'node_modules')), path('node_modules'), 'junction');
  for (const name of readdirSync(join(real, 'packages'))) {
    for (const file of ['package.json', 'project.json', 'tsconfig.json']) {
      if (existsSync(join(real, 'packages', name, file))) {
        mkdirSync(path(`packages/${name}`), { recursive: true });
        cpSync(join(real, 'packages', name, file), path(`packages/${name}/${file}`));
      }
    }
    write(`packages/${name}/src/index.ts`, `export const name = '${name}';\n`);
    write(`packages/${name}/src/cli.ts`, readFileSync(join(here, 'stand-in-stage.ts'), 'utf8'));
  }
  write('data/raw/a.csv', 'text,label\nhello,human\n');
  write(
    'experiments/sample/experiment.json',
    '{ "seed": 1, "data": { "sources": [{ "path": "/data/raw/a.csv" }] } }\n',
  );

  return {
    path,
    read,
    write,
    replace: (file, from, to) => {
      const text = read(file);
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      write(file, text.replace(from, to));
    },
    configure: (changes) => {
      const file = 'experiments/sample/experiment.json';
      write(file, JSON.stringify({ ...JSON.parse(read(file)), ...changes }));
    },
    /** Runs Nx; the stages that really ran, in their order, and what Nx printed. */
    nx: (...args) => {
      rmSync(path('runs.log'), { force: true });
      const { status, stdout, stderr } = spawnSync(process.execPath, [nx, ...args], {
        cwd: root,
        env: environment(),
        encoding: 'utf8',
      });
      const stages = existsSync(path('runs.log')) ? read('runs.log').trim().split('\n') : [];
      return { status, stages, output: stdout + stderr };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

const nx = createRequire(import.meta.url).resolve('nx/bin/nx.js');

/** Our environment without what an Nx around us leaves in it, and without choices such as that of the engine. */
export function environment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(NX|RETORT)_/.test(name)));
}
