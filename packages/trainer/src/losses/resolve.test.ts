import { describe, expect, it } from '@jest/globals';
import type { LossesConfig } from '@retort/shared';
import { tinyConfig } from '../testing/tiny-training.ts';
import { resolveTerms } from './resolve.ts';
import { lastLayerRows, projectionsFor, teacherOutputs } from './terms.ts';

const teacher = { ...tinyConfig, layers: 6, hidden: 24, heads: 4 };
const student = { ...teacher, layers: 3 };
const off = { hard: 0.5, soft: 0.5, temperature: 2 };
const hiddenStates = { weight: 1, distance: 'cosine', tokens: 'all', embeddings: false } as const;
const attention = { weight: 1, distance: 'kl' } as const;
const file = 'experiment.json';
const resolve = (losses: Partial<LossesConfig>, models: object = {}) =>
  resolveTerms({ ...off, ...losses }, { student, teacher, startedFrom: [0, 2, 4], file, ...models });

describe('resolveTerms', () => {
  it('has the terms that were always there, and no other, where none is asked for', () => {
    const terms = resolve({});
    expect(terms).toEqual({ ...off, teacher: { hidden: 24, heads: 4 } });
    expect(teacherOutputs(terms)).toEqual([{ kind: 'logits' }]);
  });

  it('leaves out a term of weight 0', () => {
    expect(resolve({ attention: { ...attention, weight: 0 } })).not.toHaveProperty('attention');
  });

  it.each([
    ['those that the student started from', undefined, [0, 2, 4]],
    ['lower', 'lower', [0, 1, 2]],
    ['last', 'last', [3, 4, 5]],
    ['every-other', 'every-other', [0, 2, 4]],
    ['a list', [1, 3, 5], [1, 3, 5]],
  ] as const)('maps layers: %s', (_, layers, expected) => {
    const map = typeof layers === 'object' ? [...layers] : layers;
    expect(resolve({ attention: { ...attention, layers: map } }).attention?.pairs.map((pair) => pair.teacher)).toEqual(
      expected,
    );
  });

  it('takes pairs [student, teacher]', () => {
    const pairs = resolve({ attention: { ...attention, layers: [[2, 5]] } }).attention?.pairs;
    expect(pairs).toEqual([{ student: 2, teacher: 5 }]);
  });

  it('compares what layers give, and the embeddings where asked', () => {
    const { pairs } =
      resolve({ hiddenStates: { ...hiddenStates, layers: [[0, 1]], embeddings: true } }).hiddenStates ?? {};
    expect(pairs).toEqual([
      { student: 0, teacher: 0 },
      { student: 1, teacher: 2 },
    ]);
  });

  it('asks for every output of the teacher once', () => {
    const terms = resolve({ attention: { ...attention, layers: [[2, 5]] }, relations: { weight: 1 } });
    expect(teacherOutputs(terms)).toEqual([
      { kind: 'logits' },
      { kind: 'queries', layer: 5 },
      { kind: 'keys', layer: 5 },
      { kind: 'values', layer: 5 },
    ]);
  });

  it.each([
    ['nothing', {}, 'values'],
    ['[CLS] alone', { hiddenStates: { ...hiddenStates, tokens: 'cls' } }, 'values'],
    ['hidden states below', { hiddenStates: { ...hiddenStates, layers: [[1, 3]] } }, 'values'],
    ['relations', { relations: { weight: 1 } }, 'queries'],
    ['attention', { attention, relations: { weight: 1 } }, 'scores'],
    ['hidden states of the last layer', { hiddenStates }, 'all'],
  ] satisfies [string, Partial<LossesConfig>, string][])(
    'computes of the last layer what the terms need: %s',
    (_, losses, rows) => {
      expect(lastLayerRows(resolve(losses), 3)).toBe(rows);
    },
  );

  it('projects the hidden states of a narrower student, each by a map of its own', () => {
    const narrow = { ...student, hidden: 12 };
    const terms = resolve({ hiddenStates: { ...hiddenStates, layers: 'last' } }, { student: narrow });
    expect(projectionsFor(terms, narrow).map(({ name, from, to }) => [name, from, to])).toEqual(
      [1, 2, 3].map((state) => [`projection.hidden_states.${state}`, 12, 24]),
    );
    expect(projectionsFor(terms, student)).toEqual([]);
  });

  it.each([
    ['other heads', { attention }, { student: { ...student, heads: 6 } }, 'the student has 6, its teacher 4'],
    ['a layer too high', { relations: { weight: 1, layer: 6 } }, {}, 'the teacher has no layer 6'],
    ['a layer of the student', { attention: { ...attention, layers: [[3, 1]] } }, {}, 'the student has no layer 3'],
    [
      'relation heads',
      { relations: { weight: 1, heads: 7 } },
      {},
      "7 relation heads do not divide the student's width of 24",
    ],
  ] satisfies [string, Partial<LossesConfig>, object, string][])('refuses %s', (_, losses, models, message) => {
    expect(() => resolve(losses, models)).toThrow(
      expect.objectContaining({ name: 'UserError', message: expect.stringContaining(message) }),
    );
  });
});
