import { describe, expect, it } from '@jest/globals';
import { formatError } from '../errors.ts';
import { parseExperiment } from './load.ts';

const data = { sources: [{ path: 'a.csv' }, { path: 'b.csv' }], labels: ['human', 'ai'] };
const grouped = { ...data, sources: [{ path: 'a.csv', group: 'prompt' }] };
const parse = (value: unknown) => parseExperiment(JSON.stringify(value, null, 2), 'experiment.json');

/** The message that a user sees, or '' if the file is accepted. */
function complaint(value: unknown): string {
  try {
    parse(value);
    return '';
  } catch (error) {
    return formatError(error);
  }
}

describe('parseExperiment', () => {
  it.each([
    ['a label named twice', { data: { ...data, labels: ['a', 'a'] } }, 'data.labels'],
    [
      'splits that leave nothing to train on',
      { data: { ...data, split: { validation: 0.45, test: 0.45 } } },
      'data.split',
    ],
    ['a seed named twice', { data, seeds: [1, 2, 2] }, 'seeds[2]'],
    ['seeds without the own one', { data, seed: 1, seeds: [2, 3] }, 'seeds'],
    [
      'a test split that is both a share and groups',
      { data: { ...grouped, split: { test: 0.2, testGroups: ['g'] } } },
      'data.split.test',
    ],
    [
      'test groups where no source has groups',
      { data: { ...data, split: { testGroups: ['g'] } } },
      'data.split.testGroups',
    ],
    [
      'a test group named twice',
      { data: { ...grouped, split: { testGroups: ['g', 'h', 'g'] } } },
      'data.split.testGroups[2]',
    ],
    ['fewer texts than labels', { data: { ...data, maxTexts: { train: 1 } } }, 'data.maxTexts.train'],
    [
      'an unlabelled source outside of the workspace',
      { data: { ...data, unlabelled: [{ path: '../../../a.csv' }] } },
      'data.unlabelled[0].path',
    ],
    [
      'a source with a label that the experiment lacks',
      { data: { ...data, sources: [{ path: 'a', labels: { 0: 'human', 1: 'robot' } }] } },
      'data.sources[0].labels.1',
    ],
    [
      'a source outside of the workspace',
      { data: { ...data, sources: [{ path: '../../../a.csv' }] } },
      'data.sources[0].path',
    ],
    [
      'a source above the workspace',
      { data: { ...data, sources: [{ path: '/data/../../a.csv' }] } },
      'data.sources[0].path',
    ],
    ['a source with a backslash', { data: { ...data, sources: [{ path: 'b\\a.csv' }] } }, 'data.sources[0].path'],
    [
      'an evaluation outside of the workspace',
      { data, evaluations: [{ name: 'web', path: '/../a.csv' }] },
      'evaluations[0].path',
    ],
    [
      'two evaluations of one name',
      {
        data,
        evaluations: [
          { name: 'web', path: 'a.csv' },
          { name: 'web', path: 'b.csv' },
        ],
      },
      'evaluations[1].name',
    ],
    ['an evaluation called test', { data, evaluations: [{ name: 'test', path: 'a.csv' }] }, 'evaluations[0].name'],
    [
      'an evaluation with a label that the experiment lacks',
      { data, evaluations: [{ name: 'web', path: 'a.csv', labels: { 1: 'robot' } }] },
      'evaluations[0].labels.1',
    ],
    ['a further model outside of the workspace', { data, report: { models: ['/../m'] } }, 'report.models[0]'],
    ['heads that do not divide the width', { data, teacher: { hidden: 100, heads: 12 } }, 'teacher.hidden'],
    ['a student deeper than its teacher', { data, teacher: { layers: 4 }, student: { layers: 6 } }, 'student.layers'],
    ['too few layers to start from', { data, student: { layers: 3, from: [0, 1] } }, 'student.from'],
    ['a layer that the teacher lacks', { data, student: { layers: 2, from: [0, 12] } }, 'student.from[1]'],
    ['a teacher that starts from itself', { data, teacher: { weights: 'teacher' } }, 'teacher.weights'],
    ['start weights outside of the workspace', { data, teacher: { weights: '../../../model' } }, 'teacher.weights'],
    ['start weights above the workspace', { data, student: { weights: '/../model' } }, 'student.weights'],
    ['start weights with a backslash', { data, student: { weights: './a\\b' } }, 'student.weights'],
    ['a width beside the layers of the teacher', { data, student: { hidden: 64 } }, 'student.hidden'],
    [
      'heads that do not divide the width of a student',
      { data, student: { weights: 'random', hidden: 100, heads: 12 } },
      'student.hidden',
    ],
    [
      'augmentation that leaves nothing',
      { data, student: { augmentation: { mask: 0.5, drop: 0.5 } } },
      'student.augmentation',
    ],
    [
      'compared layers that are not one for each of the student',
      { data, losses: { attention: { layers: [1, 2] } } },
      'losses.attention.layers',
    ],
    [
      'a compared layer that the student lacks',
      { data, losses: { hiddenStates: { layers: [[6, 1]] } } },
      'losses.hiddenStates.layers[0]',
    ],
    [
      'a compared layer that the teacher lacks',
      { data, losses: { hiddenStates: { layers: [[1, 12]] } } },
      'losses.hiddenStates.layers[0]',
    ],
    [
      'relations of a layer that the teacher lacks',
      { data, losses: { relations: { layer: 12 } } },
      'losses.relations.layer',
    ],
    [
      'layers of the teacher for a student with weights of its own',
      { data, student: { weights: 'distilbert-base-uncased', from: 'lower' } },
      'student.from',
    ],
    ['a teacher without a layer to train', { data, teacher: { training: { freeze: 12 } } }, 'teacher.training.freeze'],
    [
      'a student without a layer to train',
      { data, student: { layers: 2, training: { freeze: 2 } } },
      'student.training.freeze',
    ],
    [
      'the weight of a label that the experiment lacks',
      { data, teacher: { training: { classWeights: { robot: 2 } } } },
      'teacher.training.classWeights.robot',
    ],
    ['losses without any weight', { data, losses: { hard: 0, soft: 0 } }, 'losses'],
    [
      'latencies of texts that the models cannot take',
      { data, maxTokens: 64, report: { lengths: [128] } },
      'report.lengths[0]',
    ],
  ])('refuses %s', (_, value, field) => {
    expect(complaint(value)).toContain(`field "${field}"`);
  });

  it.each(['./a.csv', '../shared/a.csv', '../../a.csv', '/..a.csv'])('accepts the source %s', (path) => {
    expect(parse({ data: { ...data, sources: [{ path }] } }).data.sources[0].path).toBe(path);
  });

  it.each(['./model', '../../models/mine', '/models/mine', 'org/name@v1.2'])(
    'accepts the start weights %s',
    (weights) => {
      expect(parse({ data, teacher: { weights } }).teacher.weights).toBe(weights);
    },
  );

  it('accepts layers of the teacher by number', () => {
    expect(parse({ data, student: { layers: 2, from: [0, 11] } }).student.from).toEqual([0, 11]);
  });
});
