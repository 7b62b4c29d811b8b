import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { countParameters, readModelConfig } from './model-folder.ts';

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'retort-')), 'file');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true }));

describe('countParameters', () => {
  it('adds up the elements of all weights, but not the scalars of the formulas', () => {
    writeFileSync(path, writeModel(bertLike({ ...tinyConfig, layers: 1 })));
    const { hidden, intermediate, vocabularySize, maxPositions, labels } = tinyConfig;
    const linear = (inputs: number, outputs: number) => (inputs + 1) * outputs;
    const layer = 4 * linear(hidden, hidden) + linear(hidden, intermediate) + linear(intermediate, hidden) + 4 * hidden;
    const rows = vocabularySize + maxPositions + 2;
    expect(countParameters(path)).toBe(rows * hidden + layer + linear(hidden, hidden) + linear(hidden, labels));
  });

  it('takes what the metadata say: a weight may be left out of the graph', () => {
    writeFileSync(path, writeModel({ ...bertLike(), metadata: { 'retort.parameters': '66955010' } }));
    expect(countParameters(path)).toBe(66_955_010);
  });

  it.each(['', 'many', '-1', '0.5'])('does not believe metadata that are no number of weights: "%s"', (told) => {
    const model = bertLike();
    writeFileSync(path, writeModel(model));
    const counted = countParameters(path);
    writeFileSync(path, writeModel({ ...model, metadata: { 'retort.parameters': told } }));
    expect(countParameters(path)).toBe(counted);
  });

  it('names a file that is no model', () => {
    writeFileSync(path, 'not an ONNX file');
    expect(() => countParameters(path)).toThrow(expect.objectContaining({ name: 'UserError' }));
  });
});

describe('readModelConfig', () => {
  it('gives the labels in the order of their numbers', () => {
    const id2label = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [10 - i, `label ${10 - i}`]));
    writeFileSync(path, JSON.stringify({ architectures: ['BertForSequenceClassification'], id2label }));
    const config = readModelConfig(path);
    expect(config.architecture).toBe('BertForSequenceClassification');
    expect(config.labels).toEqual(Array.from({ length: 11 }, (_, i) => `label ${i}`));
  });

  it.each([
    ['{', 'cannot be read'],
    ['[]', 'holds no JSON object'],
    ['{}', 'has no id2label'],
    ['{"id2label": {"1": "a", "2": "b"}}', 'does not number its labels from 0'],
  ])('refuses %s', (content, message) => {
    writeFileSync(path, content);
    expect(() => readModelConfig(path)).toThrow(message);
  });
});
