import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { experiment, texts } from './experiment.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const cli = (name: string) => join(root, 'packages', name, 'dist/cli.js');

const owners = {
  prepare: 'data-prep',
  finetune: 'trainer',
  distill: 'trainer',
  quantize: 'quantizer',
  report: 'quantizer',
} as const;

export type Stage = keyof typeof owners;

export const stages = ['prepare', 'finetune', 'distill', 'quantize', 'report'] as const satisfies readonly Stage[];

export interface Workspace {
  /** Writes an experiment, with what it has of its own. */
  configure(name: string, changes?: object): void;
  /** Runs a stage of an experiment, or of `name@seed`; its end is the promise's. */
  run(stage: Stage, name: string): Promise<void>;
  /** The lines of a file, the first at 1. */
  lines(file: string): readonly string[];
  /** The built server with the built page and the models of an experiment, on a free port. */
  serve(name: string): Promise<{ readonly url: string; stop(): Promise<void> }>;
  remove(): Promise<void>;
}

/** A workspace in a temporary folder, in which nothing has run, and whose stages are the built ones; or one that is there already, and stays. */
export function makeWorkspace(kept?: string): Workspace {
  const folder = kept ?? realpathSync(mkdtempSync(join(tmpdir(), 'retort-dashboard-')));
  // As root the database runs as another account, which has to reach its folder.
  chmodSync(folder, 0o755);
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write('nx.json', '{}');
  write('data/raw/texts.csv', texts());
  write('data/raw/postcards.csv', texts(3));

  const env = { ...process.env, DATABASE_URL: '', RETORT_RECORDER: cli('tracking') };
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });

  return {
    configure: (name, changes = {}) =>
      write(`experiments/${name}/experiment.json`, JSON.stringify({ ...experiment, ...changes })),
    lines: (file) => ['', ...readFileSync(join(folder, file), 'utf8').split('\n')],
    async run(stage, name) {
      const child = start([cli(owners[stage]), stage, '--experiment', name]);
      const said = listen(child);
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`${stage} of ${name} ended with ${code}: ${said()}`);
    },
    async serve(name) {
      const models = ['student', 'teacher'].map((model) => `${model}=artifacts/${name}/quantize/${model}`).join(',');
      const page = join(root, 'apps/dashboard/dist');
      const given = ['--port', '0', '--log', 'errors', '--workers', '1', '--models', models, '--dashboard', page];
      const child = start([cli('server'), 'serve', ...given]);
      const said = listen(child);
      const ended = once(child, 'close');
      const url = await new Promise<string>((resolve, reject) => {
        child.stdout?.on('data', () => {
          const [, found] = /POST (http:\S+)\/v1\/classify/.exec(said()) ?? [];
          if (found !== undefined) resolve(found);
        });
        ended.then(() => reject(new Error(`the server has ended: ${said()}`)), reject);
      });
      return {
        url,
        async stop() {
          child.kill('SIGTERM');
          await ended;
        },
      };
    },
    async remove() {
      const child = start([cli('tracking'), 'stop']);
      child.stdout?.resume();
      await once(child, 'close');
      if (kept === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
    },
  };
}

/** What a process says, until now. */
function listen(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece) => {
      said += String(piece);
    });
  }
  return () => said;
}
