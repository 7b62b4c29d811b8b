import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Experiment, listFiles, type Progress } from '@retort/shared';
import { makeWorkspace } from '../testing/workspace.ts';
import { rateOfStep } from '../training/lr-range-test.ts';
import { type FoundRate, findLearningRate, parseRateSearch } from './find-lr.ts';
import { finetune } from './finetune.ts';

const lines: string[] = [];
const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
const search = { stage: 'finetune', engine: 'onnxruntime', steps: 60, from: 1e-5, to: 10 } as const;

let experiment: Experiment;
let files: string[];
let found: FoundRate;
beforeAll(async () => {
  experiment = await makeWorkspace();
  files = await listFiles(experiment.workspace);
  found = await findLearningRate(experiment, progress, search);
});
afterAll(() => rmSync(experiment.workspace, { recursive: true }));

describe('findLearningRate', () => {
  it('suggests a rate at which a tiny model learns, far from where it diverges', () => {
    const { learningRate = Number.NaN, divergence = Number.NaN } = found.suggestion;
    expect(learningRate).toBeGreaterThan(1e-4);
    expect(learningRate).toBeLessThan(0.1);
    expect(divergence).toBeGreaterThanOrEqual(10 * learningRate);
    expect(lines.at(-1)).toMatch(/^suggested teacher\.training\.learningRate: \S+ \(now 3\.0e-3\); /);
  });

  it('raises the rate by the same factor from step to step, and stops when the loss diverges', () => {
    const rates = found.points.map(({ learningRate }) => learningRate);
    expect(rates).toEqual(rates.map((_, step) => rateOfStep(step, search)));
    expect([rateOfStep(0, search), rateOfStep(59, search)]).toEqual([1e-5, expect.closeTo(10, 10)]);
    expect(rates.length).toBeLessThan(60);
  });

  it('draws the loss over the rate', () => {
    const chart = lines.slice(lines.findIndex((line) => line.startsWith('learning rate')));
    expect(chart).toHaveLength(1 + 16 + 1);
    expect(chart[1]).toMatch(/^1\.0e-5 +0\.\d{4} +\*$/);
    expect(chart.some((line) => line.endsWith('begins to diverge'))).toBe(true);
  });

  it('leaves no file behind', async () => {
    expect(await listFiles(experiment.workspace)).toEqual(files);
  });

  it('finds the same when it runs again, and writes it where a file is named', async () => {
    const out = join(experiment.workspace, 'rates.json');
    expect(await findLearningRate(experiment, progress, { ...search, out })).toEqual(found);
    const written: unknown = JSON.parse(JSON.stringify({ experiment: 'tiny', stage: 'finetune', ...found })); // what is undefined is left out
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject(Object(written));
    rmSync(out);
  });

  it('works for a student, whose teacher speaks for the texts of the steps', async () => {
    await finetune(experiment, progress);
    const before = await listFiles(experiment.workspace);
    const { points } = await findLearningRate(experiment, progress, {
      ...search,
      stage: 'distill',
      steps: 12,
      to: 1e-2,
    });
    expect(points).toHaveLength(12);
    expect(lines.at(-1)).toMatch(/student\.training\.learningRate|no suggestion/);
    const after = await listFiles(experiment.workspace);
    expect(after.filter((file) => !file.startsWith('.retort/teacher/'))).toEqual(before);
  });
});

describe('parseRateSearch', () => {
  const values = { stage: 'distill', steps: '50', from: '1e-6', to: '0.1' };

  it('takes numbers as people write them', () => {
    expect(parseRateSearch(values, 'tfjs')).toEqual({
      stage: 'distill',
      engine: 'tfjs',
      steps: 50,
      from: 1e-6,
      to: 0.1,
    });
  });

  it.each([
    ['stage', 'prepare'],
    ['steps', '5'],
    ['steps', '20.5'],
    ['from', '0'],
    ['from', ''],
    ['to', '1e-6'],
    ['to', 'much'],
  ])('refuses --%s %p', (name, value) => {
    expect(() => parseRateSearch({ ...values, [name]: value }, 'tfjs')).toThrow(
      expect.objectContaining({ name: 'UserError', place: { field: `--${name}` } }),
    );
  });
});
