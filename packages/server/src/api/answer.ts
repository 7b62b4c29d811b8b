import { type AbstentionReason, abstentionReason, decide, margins, softmax } from '@retort/shared';
import type { Reading, Variant } from '../inference/index.ts';

/** Which labels an answer tells the scores of. */
export interface ScoreFilter {
  /** The most probable ones; default: all. */
  readonly topK?: number;
  /** Those of at least this score; default: all. */
  readonly threshold?: number;
}

export interface Answer {
  /** The answer: the label with the highest score, or what the model's threshold says. */
  readonly label: string;
  /** Probabilities at the model's temperature, the highest first. */
  readonly scores: Record<string, number>;
  /** Whether there is a reason to abstain; never for a model without a band of uncertainty. */
  readonly abstained: boolean;
  readonly abstainedBecause?: AbstentionReason;
}

/** What logits and the number of tokens read say. `logits`: [labels]. */
export function answerOf(
  variant: Pick<Variant, 'labels' | 'rule' | 'calibration'>,
  { logits, tokens }: Pick<Reading, 'logits' | 'tokens'>,
  filter: ScoreFilter = {},
): Answer {
  const { labels, rule, calibration } = variant;
  const [best] = decide(logits, labels.length, rule);
  const [margin] = margins(logits, labels.length, rule);
  const abstention = calibration?.abstention;
  const because = abstention === undefined ? undefined : abstentionReason(abstention, margin, tokens);
  return {
    label: labels[best],
    scores: Object.fromEntries(rankedScores(variant, logits, filter)),
    abstained: because !== undefined,
    ...(because === undefined ? {} : { abstainedBecause: because }),
  };
}

/** Labels with their probabilities, the highest first. */
export function rankedScores(
  { labels, rule }: Pick<Variant, 'labels' | 'rule'>,
  logits: Float32Array,
  { topK = labels.length, threshold = 0 }: ScoreFilter = {},
): [label: string, score: number][] {
  const scores = softmax(logits, labels.length, rule.temperature);
  return labels
    .map((label, i): [string, number] => [label, scores[i]])
    .sort(([, a], [, b]) => b - a)
    .slice(0, topK)
    .filter(([, score]) => score >= threshold);
}
