import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const real = fileURLToPath(new URL('../../..', import.meta.url));
const owners = {
  prepare: 'data-prep',
  finetune: 'trainer',
  distill: 'trainer',
  quantize: 'quantizer',
  report: 'quantizer',
};
type Stage = keyof typeof owners;

/** Words that tell the labels apart, and words that tell nothing. */
const topics = {
  sea: ['harbour', 'anchor', 'sailor', 'tide', 'wave', 'deck', 'mast', 'gull'],
  kitchen: ['flour', 'oven', 'butter', 'spoon', 'kettle', 'onion', 'recipe', 'apron'],
  garden: ['rose', 'spade', 'seed', 'hedge', 'beetle', 'soil', 'lawn', 'tulip'],
};
const fillers = ['the', 'old', 'near', 'with', 'under', 'small', 'and', 'by', 'quiet', 'morning'];

/** Short texts of each label, from two sources, no two alike; every ninth has the words of another label, so that models err. */
function texts(): string {
  const labels = Object.keys(topics);
  const rows = Object.entries(topics).flatMap(([label, words], own) =>
    Array.from({ length: 60 }, (_, i) => {
      const pick = (list: readonly string[], step: number) =>
        list[(i * step + Math.floor(i / list.length)) % list.length];
      const parts = [1, 3, 5, 7].flatMap((step) => [pick(fillers, step), pick(words, step)]);
      const said = i % 9 === 0 ? labels[(own + 1) % labels.length] : label;
      return `${parts.join(' ')} number ${i},${said},${i % 2 === 0 ? 'letters' : 'diaries'}`;
    }),
  );
  return ['text,label,source', ...rows, ''].join('\n');
}

const experiment = {
  seed: 1,
  data: { labels: Object.keys(topics), sources: [{ path: '/data/raw/texts.csv', source: 'source' }] },
  maxTokens: 32,
  teacher: { layers: 2, hidden: 32, heads: 2, intermediate: 64, training: { epochs: 6, learningRate: 0.003 } },
  student: { layers: 1, training: { epochs: 4, learningRate: 0.003 } },
  report: { lengths: [16], runs: 10 },
};

/** A workspace in a temporary folder, whose stages are the built ones, and in which the recorder sends points as they come. */
export function createTinyWorkspace() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'retort-')));
  // Postgres runs as another account where the tests run as root.
  chmodSync(root, 0o755);
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  write('nx.json', '{}');
  write('data/raw/texts.csv', texts());
  const env = { ...process.env, RETORT_RECORDER: join(real, 'packages/tracking/dist/cli.js'), DATABASE_URL: '' };
  const argumentsOf = (stage: Stage, name: string) => [
    join(real, 'packages', owners[stage], 'dist/cli.js'),
    ...[stage, '--experiment', name],
  ];
  return {
    root,
    /** An experiment, with what it has of its own. */
    configure: (name: string, changes: object = {}) =>
      write(`experiments/${name}/experiment.json`, JSON.stringify({ ...experiment, ...changes })),
    run(stage: Stage, name: string): void {
      const { status, stdout, stderr } = spawnSync(process.execPath, argumentsOf(stage, name), {
        ...{ cwd: root, env, encoding: 'utf8' },
      });
      if (status !== 0) throw new Error(`${stage} of ${name} ended with ${status}: ${stdout}${stderr}`);
    },
    /** A stage that goes on beside the test. */
    start: (stage: Stage, name: string): ChildProcess =>
      spawn(process.execPath, argumentsOf(stage, name), { cwd: root, env, stdio: 'ignore' }),
    /** The built server with the built page, on a free port. */
    async serve(name: string) {
      const args = [join(real, 'packages/server/dist/cli.js'), 'serve', '--port', '0', '--workers', '1'];
      const page = ['--experiment', name, '--dashboard', join(real, 'apps/dashboard/dist')];
      const child = spawn(process.execPath, [...args, ...page], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let log = '';
      child.stderr.on('data', (chunk) => {
        log += String(chunk);
      });
      const exited = once(child, 'exit');
      const url = await new Promise<string>((done, fail) => {
        let said = '';
        child.stdout.on('data', (chunk) => {
          said += String(chunk);
          const [, found] = /POST (http:\S+)\/v1\/classify/.exec(said) ?? [];
          if (found !== undefined) done(found);
        });
        exited.then(() => fail(new Error(`the server has ended: ${log}`)), fail);
      });
      return {
        url,
        async stop() {
          child.kill('SIGTERM');
          await exited;
        },
      };
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
