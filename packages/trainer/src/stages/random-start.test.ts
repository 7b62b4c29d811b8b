import { describe, expect, it } from '@jest/globals';
import { parseExperiment, teacherDefaults } from '@retort/shared';
import { tinyConfig } from '../testing/tiny-training.ts';
import { randomStartWarning } from './random-start.ts';

const data = { sources: [{ path: 'a.csv' }], labels: ['a', 'b'] };
const experiment = (keys: object = {}) => parseExperiment(JSON.stringify({ data, ...keys }), 'experiment.json');
const base = { ...tinyConfig, ...teacherDefaults, vocabularySize: 30_522, maxPositions: 512 };
const sample = { ...base, layers: 4, hidden: 256, heads: 4, intermediate: 1024 };

describe('randomStartWarning', () => {
  it('warns of BERT-base from random weights on a few hundred texts', () => {
    expect(randomStartWarning('finetune', experiment(), base, 328)).toBe(
      'warning: 109 M parameters start from random weights, and 328 texts are few to teach them a language: ' +
        'use pretrained weights (teacher.weights, such as "bert-base-uncased"), or a smaller model, as in experiments/sample',
    );
  });

  it('warns of such a student', () => {
    const random = experiment({ student: { weights: 'random' } });
    expect(randomStartWarning('distill', random, base, 328)).toContain('student.weights');
  });

  it.each([
    ['pretrained weights', 'finetune', { teacher: { weights: 'bert-base-uncased' } }, base, 328],
    ["a student of its teacher's layers", 'distill', {}, base, 328],
    ["a model of the sample's size", 'finetune', {}, sample, 328],
    ['many texts', 'finetune', {}, base, 10_000],
  ] as const)('is silent of %s', (_, stage, keys, config, texts) => {
    expect(randomStartWarning(stage, experiment(keys), config, texts)).toBeUndefined();
  });
});
