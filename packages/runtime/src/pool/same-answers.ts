import { softmax } from '@retort/shared';
import type { HostTensor } from '../executor.ts';

/** What one run gives, by name. */
export type Outputs = Readonly<Record<string, HostTensor>>;

/** What a probability may move by. Sums in another order round otherwise, and in int8 that goes through to the end as another one of 255 steps. */
const tolerance = 0.01;
/** And a number itself, where softmax would hide it. */
const largest = 0.25;

/**
 * Whether two models answer alike, run by run: no number differs by more than 0.25, no probability (softmax over an output's last axis) by more than 0.01, and what is
 * not float32 not at all. Numbers that are not finite are like nothing.
 */
export function sameAnswers(theirs: readonly Outputs[], ours: readonly Outputs[]): boolean {
  return theirs.every((outputs, run) => Object.entries(outputs).every(([name, one]) => alike(one, ours[run][name])));
}

function alike(theirs: HostTensor, ours: HostTensor | undefined): boolean {
  if (ours?.type !== theirs.type || ours.shape.join() !== theirs.shape.join()) return false;
  const [a, b] = [theirs.data, ours.data];
  if (!(a instanceof Float32Array && b instanceof Float32Array)) return a.every((value, i) => value === b[i]);
  if (!within(a, b, largest)) return false;
  const labels = theirs.shape.at(-1) ?? 1;
  return labels > 1 ? within(softmax(a, labels), softmax(b, labels), tolerance) : within(a, b, tolerance);
}

function within(a: Float32Array | Float64Array, b: Float32Array | Float64Array, most: number): boolean {
  return a.every((value, i) => Math.abs(value - b[i]) <= most); // NaN and the difference of two infinities are not.
}
