import { UserError } from '../errors.ts';
import { binaryAuroc } from './auroc.ts';
import { expectedCalibrationError } from './calibration-error.ts';
import { type DecisionRule, decide, plainRule } from './decision.ts';
import { rankingScores } from './roc.ts';
import { wilson } from './significance.ts';
import { logSumExp } from './softmax.ts';

/** How good a classifier is on texts whose labels are known. */
export interface Evaluation {
  /** Number of texts. */
  readonly n: number;
  readonly accuracy: number;
  /** Wilson's 95 % interval. */
  readonly accuracyInterval: [low: number, high: number];
  /** Mean cross entropy, in nats. */
  readonly loss: number;
  /** Expected calibration error, from 0 to 1. */
  readonly calibrationError: number;
  /** Mean F1 of the labels that are true or predicted of at least one text. */
  readonly macroF1: number;
  /** Two labels: of label 1's probability. More: the mean over the labels, each against the rest. Null if a label is missing. */
  readonly auroc: number | null;
  /** 1 where the prediction is right; shape [n]. */
  readonly correct: Uint8Array;
  /** What the rule answers; shape [n]. */
  readonly predictions: Int32Array;
}

/**
 * Compares logits, n x `labelCount` row-major, with the true labels, shape [n]. Loss and calibration error are of the probabilities
 * that the rule gives, predictions are its answers; the AUROC is of the logits. By default the rule is the most probable label.
 */
export function evaluate(
  logits: Float32Array,
  labels: Int32Array,
  labelCount: number,
  rule: DecisionRule = plainRule,
): Evaluation {
  const n = labels.length;
  if (n === 0) throw new RangeError('there are no texts to evaluate on');
  if (logits.length !== n * labelCount) {
    throw new RangeError(`${logits.length} logits for ${n} texts of ${labelCount} labels: n x labelCount are needed`);
  }
  for (let i = 0; i < logits.length; i++) {
    if (!Number.isFinite(logits[i])) throw notFinite(Math.floor(i / labelCount), logits[i]);
  }
  const predictions = decide(logits, labelCount, rule);
  const correct = new Uint8Array(n);
  let right = 0;
  let loss = 0;
  for (let i = 0; i < n; i++) {
    const label = labels[i];
    if (label < 0 || label >= labelCount) throw new RangeError(`text ${i} has label ${label}, of ${labelCount} labels`);
    const row = i * labelCount;
    loss += logSumExp(logits, row, labelCount, rule.temperature) - logits[row + label] / rule.temperature;
    if (predictions[i] === label) {
      correct[i] = 1;
      right++;
    }
  }
  return {
    n,
    accuracy: right / n,
    accuracyInterval: wilson(right, n),
    loss: loss / n,
    calibrationError: expectedCalibrationError(logits, labels, labelCount, rule.temperature),
    macroF1: macroF1(predictions, labels, labelCount),
    auroc: auroc(logits, labels, labelCount),
    correct,
    predictions,
  };
}

function notFinite(text: number, value: number): UserError {
  return new UserError(`the model gives text ${text} a logit of ${value}`, {
    remedy: 'the training has diverged or the weights are damaged: train again with a lower learning rate',
  });
}

/** 2 tp / (2 tp + fp + fn), averaged; a label that occurs on neither side has no F1. */
function macroF1(predictions: Int32Array, labels: Int32Array, labelCount: number): number {
  const hits = new Float64Array(labelCount);
  const occurrences = new Float64Array(labelCount); // 2 tp + fp + fn
  for (let i = 0; i < labels.length; i++) {
    if (predictions[i] === labels[i]) hits[labels[i]]++;
    occurrences[labels[i]]++;
    occurrences[predictions[i]]++;
  }
  const scores = Array.from(hits, (hit, j) => (2 * hit) / occurrences[j]).filter((_, j) => occurrences[j] > 0);
  return scores.reduce((a, b) => a + b, 0) / scores.length;
}

function auroc(logits: Float32Array, labels: Int32Array, labelCount: number): number | null {
  const scored = labelCount === 2 ? [1] : Array.from({ length: labelCount }, (_, j) => j);
  let sum = 0;
  for (const label of scored) {
    const area = binaryAuroc(rankingScores(logits, labelCount, label), (i) => labels[i] === label);
    if (area === null) return null;
    sum += area;
  }
  return sum / scored.length;
}
