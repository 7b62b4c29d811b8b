import { type DecisionRule, decide, Random } from '@retort/shared';
import { perturbations } from './perturb.ts';
import type { Robustness } from './results.ts';
import type { TextSet } from './text-set.ts';

/** Numbers of the texts that are perturbed: all, or so many of them, drawn at random and in order. */
export function sampleTexts({ texts }: TextSet, most: number): number[] {
  const all = texts.map((_, i) => i);
  if (all.length <= most) return all;
  return new Random(1, 'robustness')
    .shuffle(all)
    .slice(0, most)
    .sort((a, b) => a - b);
}

/** The sample as each perturbation makes it, in the order of `perturbations`. A text is changed in the same way whatever the sample. */
export function perturbedTexts({ texts, ids }: TextSet, sample: readonly number[]): string[][] {
  return perturbations.map(({ name, apply }) => sample.map((i) => apply(texts[i], new Random(ids[i], name))));
}

/**
 * How many of the sample a model has right, as they are and after each perturbation. `logits`: of the sample as it is, then of each
 * perturbation, each [sample, labels] row-major.
 */
export function robustnessOf(
  logits: readonly Float32Array[],
  labels: Int32Array,
  labelCount: number,
  rule: DecisionRule,
): Robustness[] {
  const answers = logits.map((each) => decide(each, labelCount, rule));
  return ['none', ...perturbations.map(({ name }) => name)].map((perturbation, i) => ({
    perturbation,
    n: labels.length,
    accuracy: answers[i].filter((answer, text) => answer === labels[text]).length / labels.length,
    flips: answers[i].filter((answer, text) => answer !== answers[0][text]).length,
  }));
}
