import { expect, it } from '@jest/globals';
import { deadlineOf } from './wait.ts';

it.each([
  [undefined, 30],
  ['wait=5', 5],
  ['respond-async, wait=0.25', 0.25],
  ['wait="7"; foo', 7],
  ['wait=100', 30],
  ['await=1', 30],
  ['wait=-1', 30],
  ['wait=1e9', 1],
])('%j leaves %d seconds of 30', (prefer, seconds) => {
  const before = performance.now();
  const left = (deadlineOf(prefer, 30) - before) / 1000;
  expect(Math.abs(left - seconds)).toBeLessThan(1);
});
