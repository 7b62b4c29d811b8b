import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openArtifact, parseCsv, readSplit, UserError } from '@retort/shared';
import { ai, human, PrepareWorkspace } from './testing/workspace.ts';

let workspace: PrepareWorkspace;
beforeEach(() => {
  workspace = new PrepareWorkspace();
});
afterEach(() => workspace.remove());

describe('prepare', () => {
  it('writes an artifact with all its files', async () => {
    await workspace.run();
    expect(Object.keys((await openArtifact(workspace.root, 'x', 'prepare')).manifest.outputs)).toEqual(
      ['README.md', 'card.json', 'dataset.csv', 'duplicates.csv', 'labels.json', 'rejects.csv'].concat([
        'test.parquet',
        'train.parquet',
        'validation.parquet',
      ]),
    );
  });

  it('names the CSV files as its inputs', async () => {
    expect(Object.keys((await workspace.run()).inputs)).toEqual(['data/raw/ai.csv', 'experiments/x/human.csv']);
  });

  it('writes splits that readSplit reads, with the rows of dataset.csv', async () => {
    await workspace.run();
    const { rows } = parseCsv(readFileSync(join(workspace.target, 'dataset.csv')), 'dataset.csv');
    const read = await Promise.all(
      (['train', 'validation', 'test'] as const).map((name) => readSplit(workspace.target, name)),
    );
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
    const first = await workspace.run();
    expect((await workspace.run()).outputs).toEqual(first.outputs);
  });

  it('counts rows, texts and splits in the manifest', async () => {
    const { metrics } = await workspace.run();
    expect(metrics).toMatchObject({ rows: 80, texts: 80, rejected: 0, duplicates: 0 });
    expect(metrics.train + metrics.validation + metrics.test).toBe(80);
  });

  it('lists refused rows in rejects.csv', async () => {
    workspace.writeHuman([...human.slice(0, 5), ['', '0'], ['a text without a label', ''], ...human.slice(5)]);
    await workspace.run();
    expect(workspace.read('rejects.csv')).toBe(
      'file,line,reason,start\nexperiments/x/human.csv,7,no text,",0"\nexperiments/x/human.csv,8,no label,a text without a label\n',
    );
  });

  it('lists duplicates with the rows that they repeat in duplicates.csv', async () => {
    workspace.writeHuman([...human, [human[3][0], '0'], [human[5][0], '1']]);
    await workspace.run();
    const file = 'experiments/x/human.csv';
    expect(workspace.read('duplicates.csv').split('\n')).toEqual([
      'file,line,label,kind,of_file,of_line,of_label',
      `${file},7,human,conflicting exact,${file},43,ai`,
      `${file},42,human,exact,${file},5,human`,
      `${file},43,ai,conflicting exact,${file},7,human`,
      '',
    ]);
  });

  it('gives a row without a group that of its copy in another source', async () => {
    workspace.writeHuman([...human, [ai[0][0], '1']]);
    await workspace.run();
    const { rows } = parseCsv(readFileSync(join(workspace.target, 'dataset.csv')), 'dataset.csv');
    const copy = rows.find(({ fields }) => fields[1] === ai[0][0]);
    expect(copy?.fields.slice(2, 5)).toEqual(['ai', 'prompt 0', 'human.csv']);
  });

  it('sums up in one line', async () => {
    await workspace.run();
    expect(workspace.lines).toEqual([
      expect.stringMatching(/^80 texts: train 5\d, validation 1\d, test 1\d; 0 duplicates/),
    ]);
  });
});

describe('prepare with bad input', () => {
  const cases: [string, () => void, string, object][] = [
    ['a missing CSV', () => rmSync(workspace.path('data/raw/ai.csv')), 'missing', { file: 'data/raw/ai.csv' }],
    [
      'a broken quote',
      () => writeFileSync(workspace.path('experiments/x/human.csv'), 'text,generated\n"a,0\nb,0\n'),
      'never closed',
      { file: 'experiments/x/human.csv', line: 2 },
    ],
    [
      'an unknown label',
      () => workspace.writeHuman([...human, ['a text', '2']]),
      'no label: "2" (line 42)',
      { file: 'experiments/x/human.csv', line: 42, field: 'generated' },
    ],
    ['an empty file', () => writeFileSync(workspace.path('data/raw/ai.csv'), ''), 'empty', { file: 'data/raw/ai.csv' }],
    [
      'all rows of one label',
      () => workspace.writeAi(ai.map(([text, , ...rest]) => [text, '0', ...rest])),
      'all 80 rows have the label "human"',
      { file: 'experiments/x/experiment.json', field: 'data.sources' },
    ],
    [
      'a text of 1 MB',
      () => workspace.writeHuman([...human, ['x'.repeat(1_000_000), '0']]),
      '1000000 characters long',
      { file: 'experiments/x/human.csv', line: 42, field: 'text' },
    ],
    [
      'invalid UTF-8',
      () => writeFileSync(workspace.path('experiments/x/human.csv'), Buffer.from('text,generated\n\xe9,0\n', 'latin1')),
      'not valid UTF-8',
      { file: 'experiments/x/human.csv', line: 2 },
    ],
    [
      'a missing column',
      () => workspace.writeData({ sources: [{ path: 'human.csv', label: 'generatd' }] }),
      'no column "generatd"; it has: text, generated',
      { file: 'experiments/x/human.csv', line: 1, field: 'generatd' },
    ],
    [
      'a test group that is not there',
      () =>
        workspace.writeData({
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
      () => workspace.writeData({ unlabelled: [{ path: 'gone.csv' }] }),
      'missing',
      { file: 'experiments/x/gone.csv' },
    ],
    [
      'only rejects',
      () => {
        workspace.writeHuman([['', '0']]);
        workspace.writeData({ sources: [{ path: 'human.csv', label: 'generated' }] });
      },
      'all 1 rows are refused: no text',
      { file: 'experiments/x/human.csv', line: 2 },
    ],
  ];

  it('refuses another seed: all share one dataset', async () => {
    workspace.configure({ seeds: [1, 2] });
    await expect(workspace.run('x@2')).rejects.toMatchObject({
      name: 'UserError',
      remedy: 'run: nx run x:prepare',
    });
    expect(existsSync(workspace.path('artifacts'))).toBe(false);
  });

  it.each(cases)('refuses %s and writes nothing', async (_, spoil, what, place) => {
    spoil();
    const error: unknown = await workspace.run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: expect.stringContaining(what), place });
    expect(readdirSync(workspace.path('artifacts/x'))).toEqual([]);
  });

  it('leaves the artifact of an earlier run as it was', async () => {
    await workspace.run();
    rmSync(workspace.path('data/raw/ai.csv'));
    await expect(workspace.run()).rejects.toThrow('missing');
    expect(existsSync(join(workspace.target, 'manifest.json'))).toBe(true);
  });
});
