import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** The sample's data, and models that are trained in seconds. */
const experiment = {
  seed: 1,
  data: {
    sources: [
      { path: 'human.csv', text: 'text', label: 'generated', labels: { 0: 'human', 1: 'ai' } },
      {
        path: 'ai.csv',
        text: 'text',
        label: 'label',
        group: 'prompt_name',
        source: 'source',
        labels: { 0: 'human', 1: 'ai' },
      },
    ],
    labels: ['human', 'ai'],
    maxTexts: { train: 240, validation: 80, test: 80 },
  },
  maxTokens: 48,
  teacher: { layers: 2, hidden: 64, heads: 2, intermediate: 128, training: { epochs: 3, learningRate: 0.003 } },
  student: { layers: 1, from: 'lower', training: { epochs: 2, learningRate: 0.002 } },
  losses: { hard: 0.5, soft: 0.5, temperature: 2 },
  report: { lengths: [16, 48], runs: 10 },
};

export interface Workspace {
  readonly folder: string;
  /** Runs a stage of the experiment `sample`, or of the seed that is named; its end is the promise's. */
  run(stage: Stage, options?: { seed?: number }): Promise<void>;
  /** The built server with the built page, on a free port. */
  serve(options?: readonly string[]): Promise<{ readonly url: string; stop(): Promise<void> }>;
  remove(): Promise<void>;
}

/** A workspace in a temporary folder, in which nothing has run; or one that is there already, and stays. */
export function makeWorkspace(kept?: string): Workspace {
  const folder = kept ?? realpathSync(mkdtempSync(join(tmpdir(), 'retort-dashboard-')));
  // As root the database runs as another account, which has to reach its folder.
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'nx.json'), '{}');
  const place = join(folder, 'experiments/sample');
  mkdirSync(place, { recursive: true });
  for (const file of ['human.csv', 'ai.csv']) cpSync(join(root, 'experiments/sample', file), join(place, file));
  writeFileSync(join(place, 'experiment.json'), JSON.stringify({ ...experiment, seeds: [1, 2] }));

  const env = { ...process.env, DATABASE_URL: '', RETORT_RECORDER: cli('tracking') };
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });

  return {
    folder,
    async run(stage, { seed = 1 } = {}) {
      const name = seed === 1 ? 'sample' : `sample@${seed}`;
      const child = start([cli(owners[stage]), stage, '--experiment', name]);
      const said = listen(child);
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Error(`${stage} of ${name} ended with ${code}: ${said()}`);
    },
    async serve(options = []) {
      const models = ['student', 'teacher'].map((model) => `${model}=artifacts/sample/quantize/${model}`).join(',');
      const page = join(root, 'apps/dashboard/dist');
      const given = ['--port', '0', '--log', 'errors', '--workers', '1', '--models', models, '--dashboard', page];
      const child = start([cli('server'), 'serve', ...given, ...options]);
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
