import { evaluate, type GateConfig, mcnemar, onlyAnswer } from '@retort/shared';
import type { GateTexts } from './texts.ts';

/** What the gate holds a model to. */
export type Tolerances = Pick<
  GateConfig,
  'agreement' | 'accuracyLoss' | 'p' | 'meanLogitChange' | 'largestLogitChange'
>;

/** How good one of the two models is on the texts. */
export interface Score {
  readonly accuracy: number;
  /** Wilson's 95 % interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
  /** Mean cross entropy, in nats, at the model's temperature. */
  readonly loss: number;
}

/** A quantized model against its fp32 parent, on the same texts. */
export interface Verdict {
  /** Number of texts. */
  readonly n: number;
  /** Share of the texts to which both give the same label, by the model's own temperature and threshold. */
  readonly agreement: number;
  /** Mean and largest |change| of a logit, over texts and labels. Null where a logit is not finite. */
  readonly meanLogitChange: number | null;
  readonly largestLogitChange: number | null;
  readonly parent: Score;
  readonly quantized: Score;
  /** Accuracy of the parent less that of the quantized model. */
  readonly accuracyLoss: number;
  /** McNemar's exact test: the texts that one alone has right. */
  readonly mcnemar: { readonly onlyParent: number; readonly onlyQuantized: number; readonly p: number };
  /** Whether the parent gives all texts one label, though not all have it: that labels are as in the parent says little then. */
  readonly parentGivesOneLabel: boolean;
  /** What is outside of the tolerances, in words; empty if the model passes. */
  readonly failures: readonly string[];
}

/** What tolerances come to on a number of texts. */
export interface AllowedTexts {
  /** Most texts with another label than the parent's. */
  readonly otherLabels: number;
  /** Most texts that the quantized model has right less. */
  readonly lost: number;
}

/**
 * Tolerances in whole texts, rounded down, but one text is always allowed. Where a tolerance is less than one text the split cannot tell a model within
 * it from one beyond it: with the default 0.002, of which 500 texts are the least, one lost text of 250 is 0.4 points, and as likely chance as
 * harm (McNemar's p is 1). A gate that refused it would keep layers in float32, or fail, for the toss of a coin; one that
 * allowed two would let 0.8 points pass.
 */
export function allowedTexts(
  n: number,
  { agreement, accuracyLoss }: Pick<Tolerances, 'agreement' | 'accuracyLoss'>,
): AllowedTexts {
  // A rounding error must not turn a text that is allowed into one that is not.
  const whole = (share: number) => Math.max(1, Math.floor(share * n + 1e-9));
  return { otherLabels: whole(1 - agreement), lost: whole(accuracyLoss) };
}

/** Compares the logits, [texts, labels] row-major, in whole texts (`allowedTexts`). */
export function judge(
  parentLogits: Float32Array,
  quantizedLogits: Float32Array,
  { labels, labelCount, rule }: Pick<GateTexts, 'labels' | 'labelCount' | 'rule'>,
  tolerances: Tolerances,
): Verdict {
  const finite = quantizedLogits.every(Number.isFinite);
  // Logits that are no numbers have no answer: whatever 0 gives stands for it, and the verdict fails in any case.
  const logits = finite ? quantizedLogits : quantizedLogits.map((x) => (Number.isFinite(x) ? x : 0));
  const parent = evaluate(parentLogits, labels, labelCount, rule);
  const quantized = evaluate(logits, labels, labelCount, rule);
  const { onlyA, onlyB, p } = mcnemar(parent.correct, quantized.correct);
  const n = labels.length;
  const disagreements = parent.predictions.reduce(
    (sum, label, i) => sum + (label === quantized.predictions[i] ? 0 : 1),
    0,
  );
  const change = finite ? logitChange(parentLogits, quantizedLogits) : { mean: null, largest: null };
  const measured = { n, disagreements, lost: onlyA - onlyB, p, change, finite };
  return {
    n,
    agreement: (n - disagreements) / n,
    meanLogitChange: change.mean,
    largestLogitChange: change.largest,
    parent: scoreOf(parent),
    quantized: scoreOf(quantized),
    accuracyLoss: parent.accuracy - quantized.accuracy,
    mcnemar: { onlyParent: onlyA, onlyQuantized: onlyB, p },
    parentGivesOneLabel: onlyAnswer(parent.predictions) !== undefined && parent.accuracy < 1,
    failures: findFailures(measured, tolerances),
  };
}

/** Mean and largest |a - b|; 0 of nothing. */
export function logitChange(a: Float32Array, b: Float32Array): { mean: number; largest: number } {
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const change = Math.abs(a[i] - b[i]);
    sum += change;
    largest = Math.max(largest, change);
  }
  return { mean: a.length === 0 ? 0 : sum / a.length, largest };
}

interface Measured {
  readonly n: number;
  readonly disagreements: number;
  /** Texts that the quantized model has right less. */
  readonly lost: number;
  readonly p: number;
  readonly change: { readonly mean: number | null; readonly largest: number | null };
  readonly finite: boolean;
}

function findFailures({ n, disagreements, lost, p, change, finite }: Measured, tolerances: Tolerances): string[] {
  const { agreement, accuracyLoss, p: leastP, meanLogitChange, largestLogitChange } = tolerances;
  const failures: string[] = [];
  if (!finite) failures.push('logits that are no finite numbers');
  const allowed = allowedTexts(n, tolerances);
  if (disagreements > allowed.otherLabels) {
    failures.push(`agreement ${percent((n - disagreements) / n)} (at least ${percent(agreement)})`);
  }
  if (lost > allowed.lost) {
    failures.push(`accuracy lost ${points(lost / n)} (at most ${points(accuracyLoss)})`);
  }
  if (lost > 0 && p < leastP) failures.push(`p of the loss ${p.toPrecision(2)} (at least ${leastP})`);
  if (change.mean !== null && meanLogitChange !== undefined && change.mean > meanLogitChange) {
    failures.push(`mean change of the logits ${change.mean.toPrecision(3)} (at most ${meanLogitChange})`);
  }
  if (change.largest !== null && largestLogitChange !== undefined && change.largest > largestLogitChange) {
    failures.push(`largest change of a logit ${change.largest.toPrecision(3)} (at most ${largestLogitChange})`);
  }
  return failures;
}

function scoreOf({ accuracy, accuracyInterval, loss }: Score): Score {
  return { accuracy, accuracyInterval, loss };
}

/** What one must know of equal labels where the parent does not tell texts apart. */
export const oneLabelNote = 'the fp32 model gives all of them one label, so that equal labels say nothing here';

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

export function points(share: number): string {
  return `${(100 * share).toFixed(2)} points`;
}
