import {
  confusionMatrix,
  type DecisionRule,
  type Evaluation,
  evaluate,
  labelScores,
  mcnemar,
  plainRule,
  type RocPoint,
  rankingScores,
  reliabilityBins,
  rocCurve,
  truePositiveRate,
  wilson,
} from '@retort/shared';
import type { Figures, Roc, Slice } from './results.ts';
import type { TextSet } from './text-set.ts';

/** Most points of a curve that the report keeps: more are not seen. */
const mostPoints = 200;

/** Words from which on a text belongs to the next bucket of lengths. */
const lengthBounds = [50, 100, 200, 400];

export interface Scored {
  readonly name: string;
  /** [texts, labels], row-major. */
  readonly logits: Float32Array;
  readonly rule: DecisionRule;
}

/** What each model's logits are worth on a set of texts. The first is the one that the others are compared with. */
export function figuresOf(models: readonly Scored[], set: TextSet, labelNames: readonly string[]): Figures[] {
  const count = labelNames.length;
  const evaluations = models.map(({ logits, rule }) => evaluate(logits, set.labels, count, rule));
  return models.map((model, i) => oneModel(model, evaluations[i], evaluations[0], set, labelNames));
}

function oneModel(
  { name, logits, rule }: Scored,
  own: Evaluation,
  first: Evaluation,
  set: TextSet,
  labelNames: readonly string[],
): Figures {
  const { labels, sources, texts } = set;
  const count = labelNames.length;
  const confusion = confusionMatrix(own.predictions, labels, count);
  const { onlyA, onlyB, p } = mcnemar(first.correct, own.correct);
  return {
    model: name,
    n: own.n,
    accuracy: own.accuracy,
    accuracyInterval: own.accuracyInterval,
    accuracyByArgmax: evaluate(logits, labels, count, plainRule).accuracy,
    retention: first.accuracy === 0 ? null : own.accuracy / first.accuracy,
    loss: own.loss,
    calibrationError: own.calibrationError,
    macroF1: own.macroF1,
    auroc: own.auroc,
    truePositiveRate: {
      at1: truePositiveRate(logits, labels, count, 0.01),
      at5: truePositiveRate(logits, labels, count, 0.05),
    },
    mcnemar: own === first ? null : { onlyTeacher: onlyA, onlyModel: onlyB, p },
    confusion,
    byLabel: labelScores(confusion).map((score, label) => ({ name: labelNames[label], ...score })),
    bySource: slices(own.correct, sources, [...new Set(sources)].sort()),
    byLength: slices(own.correct, texts.map(lengthBucket), lengthBuckets),
    reliability: reliabilityBins(logits, labels, count, rule.temperature),
    roc: curves(logits, labels, labelNames),
  };
}

/** The accuracy of each part of the texts, in the order of `names`; those without texts are left out. */
function slices(correct: Uint8Array, parts: readonly string[], names: readonly string[]): Slice[] {
  const counts = new Map(names.map((name) => [name, { n: 0, right: 0 }]));
  parts.forEach((name, i) => {
    const part = counts.get(name);
    if (part === undefined) return;
    part.n++;
    part.right += correct[i];
  });
  return [...counts]
    .filter(([, { n }]) => n > 0)
    .map(([name, { n, right }]) => ({ name, n, accuracy: right / n, accuracyInterval: wilson(right, n) }));
}

const lengthBuckets = [0, ...lengthBounds].map((from, i) =>
  i === lengthBounds.length ? `${from} words and more` : `${from} to ${lengthBounds[i] - 1} words`,
);

/** By the words between white space. */
function lengthBucket(text: string): string {
  const words = text.split(/\s+/).filter(Boolean).length;
  return lengthBuckets[lengthBounds.filter((bound) => words >= bound).length];
}

/** One curve for each label against the rest; of two labels that of the second one alone. */
function curves(logits: Float32Array, labels: Int32Array, labelNames: readonly string[]): Roc[] {
  const count = labelNames.length;
  return labelNames.flatMap((label, i) => {
    if (count === 2 && i === 0) return [];
    const curve = rocCurve(rankingScores(logits, count, i), (text) => labels[text] === i);
    return curve === null ? [] : [{ label, points: thinned(curve) }];
  });
}

/** The corners of the curve, and of these as many as a picture shows. */
function thinned(curve: readonly RocPoint[]): Roc['points'] {
  const corners = curve.filter((_, i) => {
    const [before, after] = [curve[i - 1], curve[i + 1]];
    if (before === undefined || after === undefined) return true;
    const vertical = before.falsePositiveRate === after.falsePositiveRate;
    return !vertical && before.truePositiveRate !== after.truePositiveRate;
  });
  const step = Math.max(1, (corners.length - 1) / (mostPoints - 1));
  const kept = Array.from({ length: Math.min(corners.length, mostPoints) }, (_, i) => corners[Math.round(i * step)]);
  return kept.map(({ falsePositiveRate, truePositiveRate }) => [falsePositiveRate, truePositiveRate]);
}
