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

  it('measures latency at 128, 256 and 512 tokens as far as inputs are that long, or at the longest where that is less', () => {
    const lengths = (maxTokens: number) =>
      parseExperiment(JSON.stringify({ data, maxTokens }), 'experiment.json').report.lengths;
    expect([lengths(512), lengths(300), lengths(64)]).toEqual([[128, 256, 512], [128, 256], [64]]);
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

  it('takes null for the label of rows that are left out, and a delimiter', () => {
    const source = { path: 'a.csv', delimiter: '\t', labels: { spam: null, 1: 'ai' } };
    expect(parse({ data: { ...data, sources: [source] } }).data.sources[0]).toMatchObject(source);
  });

  it.each(['', ';;', '"', '\n', 'é'])('refuses the delimiter %j', (delimiter) => {
    expect(complaint({ data: { ...data, sources: [{ path: 'a.csv', delimiter }] } })).toContain(
      'field "data.sources[0].delimiter"',
    );
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
    [
      'that another program has',
      { data, teacher: { training: { lr: 1e-4 } } },
      'unknown key "lr"',
      'field "teacher.training.lr"',
      'did you mean "learningRate"?',
    ],
    [
      'that another program has, in capitals or not',
      { data, max_seq_length: 128 },
      'unknown key "max_seq_length"',
      'did you mean "maxTokens"?',
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

  it.each([
    ['a teacher from random weights', { teacher: { layers: 6 } }, 'teacher', 3e-4],
    ['a deep one', {}, 'teacher', 1e-4],
    ['a teacher from a checkpoint', { teacher: { weights: 'bert-base-uncased' } }, 'teacher', 5e-5],
    ['a student from its teacher', {}, 'student', 5e-5],
    ['a student from random weights', { student: { weights: 'random' } }, 'student', 3e-4],
    ['one that names it', { teacher: { training: { learningRate: 1e-5 } } }, 'teacher', 1e-5],
  ] as const)('has a learning rate for %s', (_, more, model, rate) => {
    expect(parse({ data, ...more })[model].training.learningRate).toBe(rate);
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
