import { describe, expect, it } from '@jest/globals';
import { evaluate } from '@retort/shared';
import { figuresOf } from './figures.ts';
import type { TextSet } from './text-set.ts';

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ');
const set: TextSet = {
  name: 'test',
  file: 'test.parquet',
  sha256: 'ab'.repeat(32),
  ids: Int32Array.of(0, 1, 2, 3),
  texts: [words(10), words(60), words(60), words(500)],
  labels: Int32Array.of(0, 1, 0, 1),
  sources: ['b', 'a', 'b', 'a'],
  rejected: 0,
};
const rule = { temperature: 1 };
/** Right, right, wrong, right. */
const teacher = { name: 'teacher', rule, logits: Float32Array.of(2, 0, 0, 1, 0, 1, 0, 3) };
/** Right, wrong, right, wrong. */
const student = { name: 'student', rule, logits: Float32Array.of(2, 0, 1, 0, 1, 0, 3, 0) };
const [first, second] = figuresOf([teacher, student], set, ['human', 'ai']);

describe('figuresOf', () => {
  it('has the scores of evaluate', () => {
    const { correct, predictions, ...scores } = evaluate(teacher.logits, set.labels, 2, rule);
    expect(first).toMatchObject(scores);
  });

  it('counts what is taken for what', () => {
    expect(first.confusion).toEqual([
      [1, 1],
      [0, 2],
    ]);
  });

  it('has the accuracy of each source, in order', () => {
    expect(first.bySource.map(({ name, n, accuracy }) => [name, n, accuracy])).toEqual([
      ['a', 2, 1],
      ['b', 2, 0.5],
    ]);
  });

  it('has the accuracy of each bucket of lengths that has texts', () => {
    expect(first.byLength.map(({ name, n, accuracy }) => [name, n, accuracy])).toEqual([
      ['0 to 49 words', 1, 1],
      ['50 to 99 words', 2, 0.5],
      ['400 words and more', 1, 1],
    ]);
  });

  it('compares the others with the first', () => {
    expect([first.mcnemar, first.retention]).toEqual([null, 1]);
    expect(second.mcnemar).toEqual({ onlyTeacher: 2, onlyModel: 1, p: 1 });
    expect(second.retention).toBeCloseTo(2 / 3, 12);
  });

  it('keeps the corners of the curve of the second of two labels', () => {
    // Scores of ai: 3 and 1 for texts that are, 1 and -2 for those that are not.
    expect(first.roc).toEqual([
      {
        label: 'ai',
        points: [
          [0, 0],
          [0, 0.5],
          [0.5, 1],
          [1, 1],
        ],
      },
    ]);
  });

  it('has a curve for each of three labels', () => {
    const logits = Float32Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2);
    const three = { ...set, labels: Int32Array.of(0, 1, 2), texts: ['a', 'b', 'c'], sources: ['s', 's', 's'] };
    const [figures] = figuresOf([{ name: 'm', rule, logits }], three, ['x', 'y', 'z']);
    expect(figures.roc.map(({ label }) => label)).toEqual(['x', 'y', 'z']);
  });
});
