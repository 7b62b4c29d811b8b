import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seedsTarget, stages } from '../nx-plugin/stages.js';
import { environment } from './workspace.js';

const real = fileURLToPath(new URL('../..', import.meta.url));

/** Words that tell the labels apart, and words that tell nothing. */
const topics = {
  sea: ['harbour', 'anchor', 'sailor', 'tide', 'wave', 'deck', 'mast', 'gull'],
  kitchen: ['flour', 'oven', 'butter', 'spoon', 'kettle', 'onion', 'recipe', 'apron'],
  garden: ['rose', 'spade', 'seed', 'hedge', 'beetle', 'soil', 'lawn', 'tulip'],
};
const fillers = ['the', 'old', 'near', 'with', 'under', 'small', 'and', 'by', 'quiet', 'morning'];

/** 35 short texts of each label, no two alike. */
function texts() {
  const rows = Object.entries(topics).flatMap(([label, words]) =>
    Array.from({ length: 35 }, (_, i) => {
      const pick = (list, step) => list[(i * step + Math.floor(i / list.length)) % list.length];
      const parts = [1, 3, 5, 7].flatMap((step) => [pick(fillers, step), pick(words, step)]);
      return `${parts.join(' ')} number ${i},${label}`;
    }),
  );
  return ['text,label', ...rows, ''].join('\n');
}

const training = { epochs: 1, learningRate: 0.003 };
const experiment = {
  seed: 1,
  data: { labels: Object.keys(topics), sources: [{ path: 'texts.csv' }] },
  maxTokens: 32,
  teacher: { layers: 2, hidden: 32, heads: 2, intermediate: 64, training },
  student: { layers: 1, training },
  report: { lengths: [16], runs: 10 },
};

describe('the five stages, as they are', () => {
  const roots = [];
  afterAll(() => {
    for (const root of roots) rmSync(root, { recursive: true });
  });

  /** A workspace of its own, in which nothing has run. */
  const makeWorkspace = () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'retort-')));
    roots.push(root);
    const path = (file) => join(root, file);
    const write = (file, text) => {
      mkdirSync(dirname(path(file)), { recursive: true });
      writeFileSync(path(file), text);
    };
    const configure = (changes) =>
      write('experiments/tiny/experiment.json', JSON.stringify({ ...experiment, ...changes }));
    write('nx.json', '{}');
    write('experiments/tiny/texts.csv', texts());
    configure({});
    const run = (stage, experiment = 'tiny') => {
      const cli = join(real, 'packages', { ...stages, seeds: seedsTarget }[stage].owner, 'dist/cli.js');
      const { status, stdout, stderr } = spawnSync(process.execPath, [cli, stage, '--experiment', experiment], {
        cwd: root,
        env: environment(),
        encoding: 'utf8',
      });
      return { status, output: stdout + stderr };
    };
    return { configure, run, artifact: (file) => path(`artifacts/tiny/${file}`) };
  };
  const runAll = (workspace, names) => {
    for (const stage of names) expect(workspace.run(stage)).toMatchObject({ status: 0 });
  };

  let workspace;
  beforeAll(() => {
    workspace = makeWorkspace();
    runAll(workspace, Object.keys(stages));
  });

  it('end in a table of four models', () => {
    const [table] = readFileSync(workspace.artifact('report/results.md'), 'utf8').split('\n\n- ');
    const rows = table.match(/^\| (teacher|student)\S* \|/gm);
    expect(rows).toEqual(['| teacher |', '| student |', '| teacher-int8 |', '| student-int8 |']);
  });

  it.each([
    ['teacher', 'finetune'],
    ['student', 'distill'],
  ])('make the int8 %s less than 0.3 of the fp32 one', (model, stage) => {
    const int8 = statSync(workspace.artifact(`quantize/${model}/onnx/model_quantized.onnx`)).size;
    // The embeddings are nearly all of them: a row of 32 values has 32 bytes and a scale of 4, for 128.
    expect(int8 / statSync(workspace.artifact(`${stage}/onnx/model.onnx`)).size).toBeLessThan(0.3);
  });

  it('make the same weights, byte by byte, in another workspace', () => {
    const other = makeWorkspace();
    runAll(other, ['prepare', 'finetune', 'distill']);
    for (const stage of ['finetune', 'distill']) {
      const weights = (made) => readFileSync(made.artifact(`${stage}/model.safetensors`));
      expect(weights(other).equals(weights(workspace))).toBe(true);
    }
  });

  it('train another seed on the same dataset, and compare both', () => {
    workspace.configure({ seeds: [1, 2] });
    for (const stage of ['finetune', 'distill', 'quantize', 'report']) {
      expect(workspace.run(stage, 'tiny@2')).toMatchObject({ status: 0 });
    }
    expect(workspace.run('seeds')).toMatchObject({ status: 0, output: expect.stringContaining('student-int8') });
    const { models } = JSON.parse(readFileSync(workspace.artifact('seeds/results.json'), 'utf8'));
    const [one, two] = models[0].loss.values;
    expect(one).not.toBe(two);
  });

  it('refuse to report on texts that the models may have been trained on', () => {
    workspace.configure({ seed: 2 });
    runAll(workspace, ['prepare']);
    const { status, output } = workspace.run('report');
    expect(status).toBe(1);
    expect(output).toContain('finetune ran on another result of prepare than the one that is there now');
    expect(output).toContain('do: run: nx run tiny:finetune');
  });
});
