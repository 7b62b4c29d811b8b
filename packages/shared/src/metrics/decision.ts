import { softmax } from './softmax.ts';

/** How logits become probabilities and an answer. */
export interface DecisionRule {
  /** The logits are divided by it (Guo et al. 2017): above 1 the probabilities get less sure, below 1 surer. */
  readonly temperature: number;
  /**
   * Of two labels, `label` (its number) is the answer where its probability is at least `value`, else the other one.
   * Without it, the most probable label is.
   */
  readonly threshold?: { readonly label: number; readonly value: number };
}

/** The most probable label, by the logits as they are. */
export const plainRule: DecisionRule = { temperature: 1 };

/** The answers that a rule gives to logits, n x `labelCount` row-major: label numbers, [n]. The first of equals. */
export function decide(logits: Float32Array, labelCount: number, { temperature, threshold }: DecisionRule): Int32Array {
  const answers = new Int32Array(logits.length / labelCount);
  if (threshold === undefined) return answers.map((_, i) => largestOfRow(logits, i * labelCount, labelCount));
  if (labelCount !== 2) throw new RangeError(`a threshold decides between two labels, not ${labelCount}`);
  const probabilities = softmax(logits, 2, temperature);
  const { label, value } = threshold;
  return answers.map((_, i) => (probabilities[2 * i + label] >= value ? label : 1 - label));
}

/** The label that every text gets, where all get the same one; undefined where they differ, or there are none. */
export function onlyAnswer(answers: Int32Array): number | undefined {
  return answers.every((answer) => answer === answers[0]) ? answers[0] : undefined;
}

function largestOfRow(logits: Float32Array, row: number, labelCount: number): number {
  let largest = 0;
  for (let j = 1; j < labelCount; j++) if (logits[row + j] > logits[row + largest]) largest = j;
  return largest;
}
