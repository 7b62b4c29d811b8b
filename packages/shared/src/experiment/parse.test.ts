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
  it('fills in the defaults', () => {
    expect(parse({ data })).toMatchObject({
      seed: 1,
      maxTokens: 512,
      data: { sources: [{ text: 'text', label: 'label' }, {}], split: { validation: 0.15, test: 0.2 } },
      teacher: { layers: 12, training: { epochs: 3 } },
      student: { layers: 6, from: 'every-other' },
    });
  });

  it("splits by the experiment's seed, or by one of its own", () => {
    expect(parse({ data, seed: 3 }).data.split.seed).toBe(3);
    expect(parse({ data: { ...data, split: { seed: 4 } }, seed: 3 }).data.split.seed).toBe(4);
  });

  it('takes no share of the texts for the test where its groups are named', () => {
    expect(parse({ data: { ...grouped, split: { testGroups: ['g'] } } }).data.split).not.toHaveProperty('test');
  });

  it('measures latency at 128 tokens, or at the longest input where that is less', () => {
    const lengths = (maxTokens: number) =>
      parseExperiment(JSON.stringify({ data, maxTokens }), 'experiment.json').report.lengths;
    expect([lengths(512), lengths(64)]).toEqual([[128], [64]]);
  });

  it('leaves the size of a model to its checkpoint', () => {
    const config = parse({ data, teacher: { weights: 'bert-base-uncased' }, student: { weights: './distilbert' } });
    expect(config.teacher).not.toHaveProperty('layers');
    expect(config.student).not.toHaveProperty('from');
  });

  it('has no term of the loss but those of the logits where none is named, and each with its defaults where it is', () => {
    expect(parse({ data }).losses).toEqual({ hard: 0.5, soft: 0.5, temperature: 2 });
    expect(parse({ data, losses: { hiddenStates: {}, attention: {}, relations: {} } }).losses).toMatchObject({
      hiddenStates: { weight: 1, distance: 'cosine', tokens: 'all', embeddings: false },
      attention: { weight: 1, distance: 'kl' },
      relations: { weight: 1 },
    });
  });

  it('takes a file that starts with a byte order mark', () => {
    expect(parseExperiment(`\ufeff${JSON.stringify({ data })}`, 'experiment.json').seed).toBe(1);
  });

  it.each([
    ['at the top', { data, sed: 3 }, 'unknown key "sed"', 'field "sed"', 'did you mean "seed"?'],
    [
      'in a list',
      { data: { ...data, sources: [{ path: 'a.csv' }, { path: 'b.csv', lable: 'x' }] } },
      'unknown key "lable"',
      'field "data.sources[1].lable"',
      'did you mean "label"?',
    ],
    [
      'three levels down',
      { data, teacher: { training: { learning_rate: 1e-4 } } },
      'unknown key "learning_rate"',
      'field "teacher.training.learning_rate"',
      'did you mean "learningRate"?',
    ],
    [
      'in place of a key that must be there',
      { data: { source: data.sources, labels: data.labels } },
      'unknown key "source"',
      'field "data.source"',
      'did you mean "sources"?',
    ],
  ])('names an unknown key %s, with the nearest right one', (_, value, ...parts) => {
    for (const part of parts) expect(complaint(value)).toContain(part);
  });

  it('lists the keys that are allowed where none is near', () => {
    expect(complaint({ data, losses: { kangaroo: 1 } })).toContain('allowed here: hard, soft, temperature');
  });

  it.each([
    ['a wrong type', { data, seed: 'one' }, 'expected number, received string', 'field "seed"'],
    ['a missing key', { data: { sources: data.sources } }, 'the key is missing', 'field "data.labels"'],
    [
      'a value out of range',
      { data, losses: { temperature: 0 } },
      'expected number to be >0',
      'field "losses.temperature"',
    ],
    ['an unknown word', { data, quantization: { recipe: 'int4' } }, '"dynamic-int8"', 'field "quantization.recipe"'],
    [
      'neither of two forms',
      { data, student: { from: 'first' } },
      '"every-other"|"lower"|"last", or expected array',
      '"student.from"',
    ],
    [
      'a fault within the form that is meant',
      { data, student: { from: [0, -1] } },
      'expected number to be >=0',
      '"student.from[1]"',
    ],
    ['a list for an object', { data: [] }, 'expected object, received array', 'field "data"'],
    ['a file that is no object', 3, 'expected object, received number', 'field "(the whole file)"'],
  ])('refuses %s', (_, value, ...parts) => {
    for (const part of parts) expect(complaint(value)).toContain(part);
  });

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
    ['heads that do not divide the width', { data, teacher: { hidden: 100, heads: 12 } }, 'teacher.hidden'],
    ['a student deeper than its teacher', { data, teacher: { layers: 4 }, student: { layers: 6 } }, 'student.layers'],
    ['too few layers to start from', { data, student: { layers: 3, from: [0, 1] } }, 'student.from'],
    ['a layer that the teacher lacks', { data, student: { layers: 2, from: [0, 12] } }, 'student.from[1]'],
    ['a teacher that starts from itself', { data, teacher: { weights: 'teacher' } }, 'teacher.weights'],
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

  it('accepts layers of the teacher by number', () => {
    expect(parse({ data, student: { layers: 2, from: [0, 11] } }).student.from).toEqual([0, 11]);
  });

  it.each(['balanced', { ai: 2.5 }])('accepts the class weights %j', (classWeights) => {
    expect(parse({ data, student: { training: { classWeights } } }).student.training.classWeights).toEqual(
      classWeights,
    );
  });

  it.each(['embeddings', 5])('accepts a student of 6 layers that freezes %p', (freeze) => {
    expect(parse({ data, student: { training: { freeze } } }).student.training.freeze).toBe(freeze);
  });

  it.each([
    ['batches for a step', { accumulation: 0 }, 'accumulation'],
    ['patience', { patience: 0 }, 'patience'],
    ['learning rates for its lower layers', { layerDecay: 0 }, 'layerDecay'],
    ['a label to learn', { labelSmoothing: 1 }, 'labelSmoothing'],
    ['class weights that it understands', { classWeights: 'even' }, 'classWeights'],
  ])('refuses a training without %s', (_, training, key) => {
    expect(complaint({ data, student: { training } })).toContain(`field "student.training.${key}"`);
  });

  it('takes one batch for a step, and has patience without end, where nothing else is said', () => {
    expect(parse({ data }).teacher.training).toMatchObject({ accumulation: 1 });
    expect(parse({ data }).teacher.training.patience).toBeUndefined();
  });

  it('tells the line of a fault, where the same key stands elsewhere too', () => {
    expect(complaint({ data, description: 'text', losses: { hard: 1, text: 2 } })).toContain('experiment.json:19,');
  });

  it('tells the line of a syntax error', () => {
    expect(() => parseExperiment('{\n  "seed": 1\n  "data": {}\n}', 'x.json')).toThrow(
      expect.objectContaining({ name: 'UserError', place: { file: 'x.json', line: 3 } }),
    );
  });

  it.each(['{\n  "seed": 1,\n', '{\n  "seed": \n'])('tells the line at which %j ends too early', (text) => {
    expect(() => parseExperiment(text, 'x.json')).toThrow(
      expect.objectContaining({ place: { file: 'x.json', line: 2 } }),
    );
  });
});
