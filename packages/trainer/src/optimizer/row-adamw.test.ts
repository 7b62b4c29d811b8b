import { describe, expect, it } from '@jest/globals';
import { Random } from '@retort/shared';
import { relativeError } from '../testing/golden.ts';
import { adamWSteps, defaultAdamW } from './adamw.ts';
import { RowAdamW } from './row-adamw.ts';

const rows = 6;
const width = 3;
const weightDecay = 0.1;

/** The same steps by rows, and by a dense AdamW whose gradient is 0 where a row is not touched. */
function bothWays(touched: readonly (readonly number[])[], settings = defaultAdamW) {
  const random = new Random(5);
  const start = Float32Array.from({ length: rows * width }, () => random.normal());
  const dense = start.slice();
  const moments = { first: new Float32Array(start.length), second: new Float32Array(start.length) };
  const sparse = start.slice();
  const optimizer = new RowAdamW(sparse, width, settings, weightDecay);
  touched.forEach((step, i) => {
    const learningRate = 0.01 * (1 + (i % 3));
    const gradient = Float32Array.from({ length: step.length * width }, () => random.normal());
    const full = new Float32Array(start.length);
    step.forEach((row, k) => {
      full.set(gradient.subarray(k * width, (k + 1) * width), row * width);
    });
    optimizer.step(step, gradient, learningRate, 0.5);
    adamWSteps(dense, full, moments, settings, [{ step: i + 1, learningRate, weightDecay, gradientScale: 0.5 }]);
  });
  return { dense, sparse, optimizer };
}

describe('RowAdamW', () => {
  it('ends in the weights of a dense AdamW', () => {
    const random = new Random(6);
    const touched = Array.from({ length: 40 }, () => [...new Set([random.integer(5), random.integer(5)])]);
    const { dense, sparse, optimizer } = bothWays(touched);
    optimizer.catchUpAll();
    expect(relativeError(sparse, dense)).toBeLessThan(1e-6);
  });

  it('brings a row up to date when asked, and leaves the others', () => {
    const { dense, sparse, optimizer } = bothWays([[0, 1], [0], [0], [0]]);
    optimizer.catchUp([1]);
    expect(relativeError(sparse.subarray(width, 2 * width), dense.subarray(width, 2 * width))).toBeLessThan(1e-6);
    expect(relativeError(sparse.subarray(2 * width), dense.subarray(2 * width))).toBeGreaterThan(1e-4);
  });

  it('agrees after a row was left alone for hundreds of steps', () => {
    const { dense, sparse, optimizer } = bothWays([[2], ...Array.from({ length: 400 }, () => [0])]);
    optimizer.catchUpAll();
    expect(relativeError(sparse.subarray(2 * width), dense.subarray(2 * width))).toBeLessThan(1e-5);
  });

  it('remembers as long as a slow first moment lasts', () => {
    const slow = { ...defaultAdamW, beta1: 0.99 };
    const { dense, sparse, optimizer } = bothWays([[2], ...Array.from({ length: 400 }, () => [0])], slow);
    optimizer.catchUpAll();
    expect(relativeError(sparse.subarray(2 * width), dense.subarray(2 * width))).toBeLessThan(1e-5);
  });
});
