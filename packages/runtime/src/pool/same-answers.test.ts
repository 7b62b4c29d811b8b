import { describe, expect, it } from '@jest/globals';
import type { HostTensor } from '../executor.ts';
import { sameAnswers } from './same-answers.ts';

const logits = (...values: number[]) => ({
  logits: { type: 'float32', shape: [values.length / 2, 2], data: Float32Array.from(values) } as HostTensor,
});
const counts = (...values: number[]) => ({
  counts: { type: 'int32', shape: [values.length], data: Int32Array.from(values) } as HostTensor,
});
const score = (value: number) => ({
  score: { type: 'float32', shape: [1, 1], data: Float32Array.of(value) } as HostTensor,
});

describe('sameAnswers', () => {
  it.each([
    ['the same numbers', logits(1, 2, 3, 4), logits(1, 2, 3, 4), true],
    ['probabilities within 0.01', logits(1, 2), logits(1, 2.04), true],
    ['probabilities that differ by more', logits(1, 2), logits(1, 2.06), false],
    ['logits that are large and far apart', logits(-9, 9), logits(-9.2, 9.2), true],
    ['logits that move and leave the probabilities', logits(5, 5), logits(6, 6), false],
    ['what is infinite in both', logits(0, Number.NEGATIVE_INFINITY), logits(0, Number.NEGATIVE_INFINITY), false],
    ['not a number', logits(1, 2), logits(1, Number.NaN), false],
    ['rows that are fewer', logits(1, 2, 3, 4), logits(1, 2), false],
    ['another output', logits(1, 2), counts(1, 2), false],
    ['equal integers', counts(1, 2), counts(1, 2), true],
    ['other integers', counts(1, 2), counts(1, 3), false],
    ['one score within 0.01', score(0.5), score(0.505), true],
    ['one score that differs by more', score(0.5), score(0.52), false],
  ])('%s', (_, theirs, ours, expected) => {
    expect(sameAnswers([theirs], [ours])).toBe(expected);
  });

  it('wants every run alike', () => {
    const [one, other] = [logits(1, 2), logits(5, 0)];
    expect(sameAnswers([one, one], [one, other])).toBe(false);
  });
});
