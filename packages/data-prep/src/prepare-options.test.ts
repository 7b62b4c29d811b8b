import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatCsv, readSplit, readUnlabelled } from '@retort/shared';
import { ai, human, PrepareWorkspace, words } from './testing/workspace.ts';

let workspace: PrepareWorkspace;
beforeEach(() => {
  workspace = new PrepareWorkspace();
});
afterEach(() => workspace.remove());

describe('prepare with options', () => {
  const split = (name: 'train' | 'validation' | 'test') => readSplit(workspace.target, name);
  const unlabelled = (texts: readonly string[]) => {
    writeFileSync(
      workspace.path('experiments/x/more.csv'),
      formatCsv(
        ['text', 'n'],
        texts.map((text, i) => [text, String(i)]),
      ),
    );
    workspace.writeData({ unlabelled: [{ path: 'more.csv' }] });
  };

  it('makes the test split of the groups that are named', async () => {
    // Both labels are in both groups.
    workspace.writeAi(
      ai.map(([text, label, prompt, ...rest], i) => [text, i % 3 === 0 ? '0' : label, prompt, ...rest]),
    );
    workspace.writeData({ split: { testGroups: ['prompt 2', 'prompt 5'] } });
    await workspace.run();
    expect(new Set((await split('test')).groups)).toEqual(new Set(['prompt 2', 'prompt 5']));
    expect((await split('test')).texts).toHaveLength(10);
  });

  it('takes a text for one of a test group if a copy of it is', async () => {
    const label = (i: number) => (i % 3 === 0 ? '0' : '1');
    const rows = ai.map(([text, , ...rest], i) => [text, label(i), ...rest]);
    // Row 0 is of the prompt 0.
    workspace.writeAi([...rows, [ai[0][0], '0', 'prompt 2', 'a model', '']]);
    workspace.writeData({ split: { testGroups: ['prompt 2'] } });
    await workspace.run();
    const { texts, groups } = await split('test');
    expect(groups[texts.indexOf(ai[0][0])]).toBe('prompt 2');
    expect(texts).toHaveLength(6);
  });

  it('leaves out and lists a text that shares a near duplicate with a test group', async () => {
    const long = (seed: number) => Array.from({ length: 120 }, (_, i) => `x${seed}w${i}`);
    // The third is a near duplicate of both others, which are none of each other.
    const [first, second, third] = [
      [...long(1), ...long(2).slice(0, 20)],
      [...long(3).slice(0, 20), ...long(1)],
      long(1),
    ].map((list) => list.join(' '));
    workspace.writeHuman([...human, [first, '0']]);
    const label = (i: number) => (i % 3 === 0 ? '0' : '1');
    workspace.writeAi([
      ...ai.map(([text, , ...rest], i) => [text, label(i), ...rest]),
      [second, '0', 'prompt 2', 'a model', ''],
      [third, '0', '', 'a model', ''],
    ]);
    workspace.writeData({ split: { testGroups: ['prompt 2'] } });
    await workspace.run();
    expect(workspace.read('rejects.csv')).toContain(
      'experiments/x/human.csv,42,shares a near duplicate with a text of data.split.testGroups,x1w0 x1w1',
    );
    expect((await split('test')).texts).toContain(second);
    expect([...(await split('train')).texts, ...(await split('validation')).texts]).not.toContain(first);
  });

  it('keeps the split while the seed of the experiment changes, if the split has a seed of its own', async () => {
    const prepared = async (config: object) => {
      workspace.configure(config);
      return (await workspace.run()).outputs['test.parquet'];
    };
    const before = await prepared({ seed: 1 });
    expect(await prepared({ seed: 2 })).not.toBe(before);
    workspace.writeData({ split: { seed: 1 } });
    expect(await prepared({ seed: 2 })).toBe(before);
  });

  it('takes no more texts than are allowed, and says so', async () => {
    workspace.writeData({ maxTexts: { train: 20, test: 4 } });
    const { metrics } = await workspace.run();
    expect(metrics).toMatchObject({ train: 20, test: 4, texts: 24 + metrics.validation });
    expect(metrics.trainLeftOut + metrics.testLeftOut).toBe(80 - metrics.texts);
    expect([(await split('train')).texts.length, (await split('test')).texts.length]).toEqual([20, 4]);
    expect(workspace.lines[0]).toContain(`${80 - metrics.texts} texts by data.maxTexts`);
  });

  it('writes unlabelled texts with ids of their own, without copies of labelled ones', async () => {
    unlabelled([words(5000), human[3][0], '', words(5001), words(5000)]);
    const { metrics, inputs } = await workspace.run();
    const read = await readUnlabelled(workspace.target);
    expect(read).toEqual({
      ids: Int32Array.of(80, 81),
      texts: [words(5000), words(5001)],
      sources: ['more.csv', 'more.csv'],
    });
    expect(metrics.unlabelled).toBe(2);
    expect(Object.keys(inputs)).toContain('experiments/x/more.csv');
    expect(workspace.read('rejects.csv')).toContain('experiments/x/more.csv,4,no text,",2"');
  });

  it('leaves out unlabelled texts of groups of validation and test', async () => {
    const prompts = Array.from({ length: 9 }, (_, i) => `prompt ${i}`);
    const rows = [...prompts.map((prompt, i) => [words(5000 + i), prompt]), [words(6000), '']];
    writeFileSync(workspace.path('experiments/x/more.csv'), formatCsv(['text', 'prompt'], rows));
    workspace.writeData({ unlabelled: [{ path: 'more.csv', group: 'prompt' }] });
    await workspace.run();
    const heldOut = new Set([...(await split('validation')).groups, ...(await split('test')).groups]);
    expect(heldOut.has('prompt 8')).toBe(false);
    expect((await readUnlabelled(workspace.target)).texts).toEqual(
      rows.flatMap(([text, prompt]) => (heldOut.has(prompt) ? [] : [text])),
    );
    expect(JSON.parse(workspace.read('card.json')).unlabelled.heldOut).toBe(
      prompts.filter((prompt) => heldOut.has(prompt)).length,
    );
  });

  it('keeps an unlabelled copy of a training text that maxTexts left out, but of no test text', async () => {
    workspace.writeData();
    await workspace.run();
    const { texts: trained } = await split('train');
    const { texts: tested } = await split('test');
    unlabelled([...trained, ...tested]);
    workspace.writeData({ unlabelled: [{ path: 'more.csv' }], maxTexts: { train: 10, test: 4 } });
    await workspace.run();
    const { texts: stillTrained } = await split('train');
    expect((await readUnlabelled(workspace.target)).texts).toEqual(
      trained.filter((text) => !stillTrained.includes(text)),
    );
  });
});
