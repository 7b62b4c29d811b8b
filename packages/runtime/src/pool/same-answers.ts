import { softmax } from '@retort/shared';
import type { HostTensor } from '../executor.ts';

/** What one run gives, by name. */
export type Outputs = Readonly<Record<string, HostTensor>>;

/** What a probability may move by: sums in another order round otherwise, and in an int8 model that goes through to the end as another step of 1/255 of a range. */
const tolerance = 0.01;

/**
 * Whether two models answer alike, run by run: no probability (softmax over an output's last axis) differs by more than 0.01 (where that axis has one element, the value itself), and what is not float32 not at all.
 * What is not finite is like nothing.
 */
export function sameAnswers(theirs: readonly Outputs[], ours: readonly Outputs[]): boolean {
  return theirs.every((outputs, run) => Object.entries(outputs).every(([name, one]) => alike(one, ours[run][name])));
}

function alike(theirs: HostTensor, ours: HostTensor | undefined): boolean {
  if (ours?.type !== theirs.type || ours.shape.join() !== theirs.shape.join()) return false;
  if (!(theirs.data instanceof Float32Array && ours.data instanceof Float32Array)) {
    return theirs.data.every((value, i) => value === ours.data[i]);
  }
  const labels = theirs.shape.at(-1) ?? 1;
  const [before, after] = [theirs.data, ours.data].map((data) => (labels < 2 ? data : softmax(data, labels)));
  return before.every((value, i) => Math.abs(value - after[i]) <= tolerance);
}
