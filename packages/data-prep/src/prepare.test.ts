import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  loadExperiment,
  openArtifact,
  type Progress,
  Random,
  readSplit,
  readUnlabelled,
  UserError,
} from '@retort/shared';
import { prepare } from './prepare.ts';
import { parseCsv } from './read/csv.ts';
import { formatCsv } from './write/csv.ts';

let workspace: string;
let lines: string[];
const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
const target = () => join(workspace, 'artifacts', 'x', 'prepare');
const run = () => prepare(loadExperiment('x', workspace), progress);

function words(seed: number): string {
  const random = new Random(seed);
  return Array.from({ length: 30 }, () => `w${random.integer(1000)}`).join(' ');
}

function writeExperiment(data: object = {}): void {
  writeFileSync(
    join(workspace, 'experiments/x/experiment.json'),
    JSON.stringify({
      data: {
        labels: ['human', 'ai'],
        sources: [
          { path: 'human.csv', label: 'generated', labels: { 0: 'human', 1: 'ai' } },
          { path: '/data/raw/ai.csv', group: 'prompt_name', source: 'source', labels: { 0: 'human', 1: 'ai' } },
        ],
        ...data,
      },
    }),
  );
}

const human = Array.from({ length: 40 }, (_, i) => [words(i), '0']);
const ai = Array.from({ length: 40 }, (_, i) => [words(1000 + i), '1', `prompt ${i % 8}`, 'a model', 'False']);
const writeHuman = (rows: readonly (readonly string[])[]) =>
  writeFileSync(join(workspace, 'experiments/x/human.csv'), formatCsv(['text', 'generated'], rows));
const writeAi = (rows: readonly (readonly string[])[]) =>
  writeFileSync(
    join(workspace, 'data/raw/ai.csv'),
    formatCsv(['text', 'label', 'prompt_name', 'source', 'RDizzl3_seven'], rows),
  );

beforeEach(() => {
  lines = [];
  workspace = mkdtempSync(join(tmpdir(), 'retort-'));
  mkdirSync(join(workspace, 'experiments/x'), { recursive: true });
  mkdirSync(join(workspace, 'data/raw'), { recursive: true });
  writeFileSync(join(workspace, 'nx.json'), '{}');
  writeExperiment();
  writeHuman(human);
  writeAi(ai);
});
afterEach(() => rmSync(workspace, { recursive: true }));

describe('prepare', () => {
  it('writes an artifact with all its files', async () => {
    await run();
    expect(Object.keys((await openArtifact(workspace, 'x', 'prepare')).manifest.outputs)).toEqual(
      ['README.md', 'card.json', 'dataset.csv', 'labels.json', 'rejects.csv'].concat([
        'test.parquet',
        'train.parquet',
        'validation.parquet',
      ]),
    );
  });

  it('names the CSV files as its inputs', async () => {
    expect(Object.keys((await run()).inputs)).toEqual(['data/raw/ai.csv', 'experiments/x/human.csv']);
  });

  it('writes splits that readSplit reads, with the rows of dataset.csv', async () => {
    await run();
    const { rows } = parseCsv(readFileSync(join(target(), 'dataset.csv')), 'dataset.csv');
    const read = await Promise.all((['train', 'validation', 'test'] as const).map((name) => readSplit(target(), name)));
    const found = read.flatMap((split) =>
      split.texts.map((text, i) => [
        String(split.ids[i]),
        text,
        split.labelNames[split.labels[i]],
        split.groups[i],
        split.sources[i],
        split.name,
      ]),
    );
    expect(found.sort((a, b) => Number(a[0]) - Number(b[0]))).toEqual(rows.map(({ fields }) => fields));
  });

  it('writes the same bytes again', async () => {
    const first = await run();
    expect((await run()).outputs).toEqual(first.outputs);
  });

  it('counts rows, texts and splits in the manifest', async () => {
    const { metrics } = await run();
    expect(metrics).toMatchObject({ rows: 80, texts: 80, rejected: 0, duplicates: 0 });
    expect(metrics.train + metrics.validation + metrics.test).toBe(80);
  });

  it('lists refused rows in rejects.csv', async () => {
    writeHuman([...human.slice(0, 5), ['', '0'], ['a text without a label', ''], ...human.slice(5)]);
    await run();
    expect(readFileSync(join(target(), 'rejects.csv'), 'utf8')).toBe(
      'file,line,reason,start\nexperiments/x/human.csv,7,no text,",0"\nexperiments/x/human.csv,8,no label,a text without a label\n',
    );
  });

  it('gives a row without a group that of its copy in another source', async () => {
    writeHuman([...human, [ai[0][0], '1']]);
    await run();
    const { rows } = parseCsv(readFileSync(join(target(), 'dataset.csv')), 'dataset.csv');
    const copy = rows.find(({ fields }) => fields[1] === ai[0][0]);
    expect(copy?.fields.slice(2, 5)).toEqual(['ai', 'prompt 0', 'human.csv']);
  });

  it('sums up in one line', async () => {
    await run();
    expect(lines).toEqual([expect.stringMatching(/^80 texts: train 5\d, validation 1\d, test 1\d; 0 duplicates/)]);
  });
});

describe('prepare with options', () => {
  const split = (name: 'train' | 'validation' | 'test') => readSplit(target(), name);
  const unlabelled = (texts: readonly string[]) => {
    writeFileSync(
      join(workspace, 'experiments/x/more.csv'),
      formatCsv(
        ['text', 'n'],
        texts.map((text, i) => [text, String(i)]),
      ),
    );
    writeExperiment({ unlabelled: [{ path: 'more.csv' }] });
  };

  it('makes the test split of the groups that are named', async () => {
    // Both labels are in both groups.
    writeAi(ai.map(([text, label, prompt, ...rest], i) => [text, i % 3 === 0 ? '0' : label, prompt, ...rest]));
    writeExperiment({ split: { testGroups: ['prompt 2', 'prompt 5'] } });
    await run();
    expect(new Set((await split('test')).groups)).toEqual(new Set(['prompt 2', 'prompt 5']));
    expect((await split('test')).texts).toHaveLength(10);
  });

  it('leaves out and lists a text that shares a near duplicate with a test group', async () => {
    const long = (seed: number) => Array.from({ length: 120 }, (_, i) => `x${seed}w${i}`);
    // The third is a near duplicate of both others, which are none of each other.
    const [first, second, third] = [
      [...long(1), ...long(2).slice(0, 20)],
      [...long(3).slice(0, 20), ...long(1)],
      long(1),
    ].map((list) => list.join(' '));
    writeHuman([...human, [first, '0']]);
    const label = (i: number) => (i % 3 === 0 ? '0' : '1');
    writeAi([
      ...ai.map(([text, , ...rest], i) => [text, label(i), ...rest]),
      [second, '0', 'prompt 2', 'a model', ''],
      [third, '0', '', 'a model', ''],
    ]);
    writeExperiment({ split: { testGroups: ['prompt 2'] } });
    await run();
    expect(readFileSync(join(target(), 'rejects.csv'), 'utf8')).toContain(
      'experiments/x/human.csv,42,shares a near duplicate with a text of data.split.testGroups,x1w0 x1w1',
    );
    expect((await split('test')).texts).toContain(second);
    expect([...(await split('train')).texts, ...(await split('validation')).texts]).not.toContain(first);
  });

  it('keeps the split while the seed of the experiment changes, if the split has a seed of its own', async () => {
    const prepared = async (config: object) => {
      const path = join(workspace, 'experiments/x/experiment.json');
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...config }));
      return (await run()).outputs['test.parquet'];
    };
    const before = await prepared({ seed: 1 });
    expect(await prepared({ seed: 2 })).not.toBe(before);
    writeExperiment({ split: { seed: 1 } });
    expect(await prepared({ seed: 2 })).toBe(before);
  });

  it('takes no more texts than are allowed, and says so', async () => {
    writeExperiment({ maxTexts: { train: 20, test: 4 } });
    const { metrics } = await run();
    expect(metrics).toMatchObject({ train: 20, test: 4, texts: 24 + metrics.validation });
    expect(metrics.trainLeftOut + metrics.testLeftOut).toBe(80 - metrics.texts);
    expect([(await split('train')).texts.length, (await split('test')).texts.length]).toEqual([20, 4]);
    expect(lines[0]).toContain(`${80 - metrics.texts} texts by data.maxTexts`);
  });

  it('writes unlabelled texts with ids of their own, without copies of labelled ones', async () => {
    unlabelled([words(5000), human[3][0], '', words(5001), words(5000)]);
    const { metrics, inputs } = await run();
    const read = await readUnlabelled(target());
    expect(read).toEqual({
      ids: Int32Array.of(80, 81),
      texts: [words(5000), words(5001)],
      sources: ['more.csv', 'more.csv'],
    });
    expect(metrics.unlabelled).toBe(2);
    expect(Object.keys(inputs)).toContain('experiments/x/more.csv');
    expect(readFileSync(join(target(), 'rejects.csv'), 'utf8')).toContain('experiments/x/more.csv,4,no text,",2"');
  });

  it('keeps an unlabelled copy of a training text that maxTexts left out, but of no test text', async () => {
    writeExperiment();
    await run();
    const { texts: trained } = await split('train');
    const { texts: tested } = await split('test');
    unlabelled([...trained, ...tested]);
    writeExperiment({ unlabelled: [{ path: 'more.csv' }], maxTexts: { train: 10, test: 4 } });
    await run();
    const { texts: stillTrained } = await split('train');
    expect((await readUnlabelled(target())).texts).toEqual(trained.filter((text) => !stillTrained.includes(text)));
  });
});

describe('prepare with bad input', () => {
  const cases: [string, () => void, string, object][] = [
    ['a missing CSV', () => rmSync(join(workspace, 'data/raw/ai.csv')), 'missing', { file: 'data/raw/ai.csv' }],
    [
      'a broken quote',
      () => writeFileSync(join(workspace, 'experiments/x/human.csv'), 'text,generated\n"a,0\nb,0\n'),
      'never closed',
      { file: 'experiments/x/human.csv', line: 2 },
    ],
    [
      'an unknown label',
      () => writeHuman([...human, ['a text', '2']]),
      'the label "2" is unknown',
      { file: 'experiments/x/human.csv', line: 42, field: 'generated' },
    ],
    [
      'an empty file',
      () => writeFileSync(join(workspace, 'data/raw/ai.csv'), ''),
      'empty',
      { file: 'data/raw/ai.csv' },
    ],
    [
      'all rows of one label',
      () => writeAi(ai.map(([text, , ...rest]) => [text, '0', ...rest])),
      'all 80 rows have the label "human"',
      { file: 'experiments/x/experiment.json', field: 'data.sources' },
    ],
    [
      'a text of 1 MB',
      () => writeHuman([...human, ['x'.repeat(1_000_000), '0']]),
      '1000000 characters long',
      { file: 'experiments/x/human.csv', line: 42, field: 'text' },
    ],
    [
      'invalid UTF-8',
      () =>
        writeFileSync(join(workspace, 'experiments/x/human.csv'), Buffer.from('text,generated\n\xe9,0\n', 'latin1')),
      'not valid UTF-8',
      { file: 'experiments/x/human.csv', line: 2 },
    ],
    [
      'a missing column',
      () => writeExperiment({ sources: [{ path: 'human.csv', label: 'generatd' }] }),
      'no column "generatd"; it has: text, generated',
      { file: 'experiments/x/human.csv', line: 1, field: 'generatd' },
    ],
    [
      'a test group that is not there',
      () =>
        writeExperiment({
          sources: [
            { path: 'human.csv', label: 'generated', labels: { 0: 'human', 1: 'ai' } },
            { path: '/data/raw/ai.csv', group: 'prompt_name', labels: { 0: 'human', 1: 'ai' } },
          ],
          split: { testGroups: ['promt 2'] },
        }),
      'no text is in the group "promt 2"',
      { file: 'experiments/x/experiment.json', field: 'data.split.testGroups[0]' },
    ],
    [
      'a missing unlabelled file',
      () => writeExperiment({ unlabelled: [{ path: 'gone.csv' }] }),
      'missing',
      { file: 'experiments/x/gone.csv' },
    ],
    [
      'only rejects',
      () => {
        writeHuman([['', '0']]);
        writeExperiment({ sources: [{ path: 'human.csv', label: 'generated' }] });
      },
      'all 1 rows are refused: no text',
      { file: 'experiments/x/human.csv', line: 2 },
    ],
  ];

  it('refuses another seed: all share one dataset', async () => {
    const path = join(workspace, 'experiments/x/experiment.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), seeds: [1, 2] }));
    await expect(prepare(loadExperiment('x@2', workspace), progress)).rejects.toMatchObject({
      name: 'UserError',
      remedy: 'run: nx run x:prepare',
    });
    expect(existsSync(join(workspace, 'artifacts'))).toBe(false);
  });

  it.each(cases)('refuses %s and writes nothing', async (_, spoil, what, place) => {
    spoil();
    const error: unknown = await run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: expect.stringContaining(what), place });
    expect(readdirSync(join(workspace, 'artifacts/x'))).toEqual([]);
  });

  it('leaves the artifact of an earlier run as it was', async () => {
    await run();
    rmSync(join(workspace, 'data/raw/ai.csv'));
    await expect(run()).rejects.toThrow('missing');
    expect(existsSync(join(target(), 'manifest.json'))).toBe(true);
  });
});
