import { type DecisionRule, decide } from './decision.ts';

/** When a model had better say nothing. */
export interface AbstentionRule {
  /** It abstains where an answer's margin is below this. */
  readonly margin: number;
  /** And on texts of fewer tokens than this, `[CLS]` and `[SEP]` included. */
  readonly minTokens: number;
}

export interface FittedAbstention extends AbstentionRule {
  /** Share of the texts that are answered. */
  readonly answered: number;
  /** Share of right answers among them; null where none is answered. */
  readonly accuracy: number | null;
}

/**
 * How far each answer is from being another one, in log-odds at the rule's temperature, [n]: the logit of the most probable label minus
 * that of the next one; with a threshold t for a label of probability p, |log(p / (1 - p)) - log(t / (1 - t))|. `logits`: n x
 * `labelCount`, row-major.
 */
export function margins(logits: Float32Array, labelCount: number, rule: DecisionRule): Float64Array {
  const { temperature, threshold } = rule;
  const cut = threshold === undefined ? 0 : Math.log(threshold.value / (1 - threshold.value));
  return Float64Array.from({ length: logits.length / labelCount }, (_, i) => {
    const row = i * labelCount;
    if (threshold !== undefined) {
      const odds = logits[row + threshold.label] - logits[row + 1 - threshold.label];
      return Math.abs(odds / temperature - cut);
    }
    const [first, second] = logits.subarray(row, row + labelCount).toSorted((a, b) => b - a);
    return (first - second) / temperature;
  });
}

/** The band holds at most this share of the texts: one wrong answer of which the model is sure must not silence it. */
const largestBand = 0.2;

/**
 * The narrowest band of uncertainty that takes in at least half of the wrong answers, by conformal risk control (Angelopoulos et al. 2022,
 * with the loss "answered, and wrongly", which only falls as the margin m grows): the least m for which
 * (wrong answers of a margin >= m) + 1 <= (wrong answers + 1) / 2. Texts like these are then answered wrongly half as often. Where that would
 * take more than a fifth of the texts, it takes in as many wrong answers as lie within the fifth, which promises less. If there are none,
 * nothing tells what to doubt, and m is 0.
 *
 * `minTokens` is the lengths' 1 % quantile: of shorter texts the split says nothing. `labels` and `tokens`: [n].
 */
export function fitAbstention(
  { logits, labels, tokens }: { logits: Float32Array; labels: Int32Array; tokens: Int32Array },
  labelCount: number,
  rule: DecisionRule,
): FittedAbstention {
  const n = labels.length;
  if (n === 0) throw new RangeError('there are no texts to fit a band of uncertainty on');
  const answers = decide(logits, labelCount, rule);
  const all = margins(logits, labelCount, rule);
  const wrong = all.filter((_, i) => answers[i] !== labels[i]).sort();
  const margin = narrowestBand(wrong, all);
  const minTokens = tokens.toSorted()[Math.floor(n / 100)];
  const answered = Array.from(labels.keys()).filter((i) => !abstains({ margin, minTokens }, all[i], tokens[i]));
  const right = answered.filter((i) => answers[i] === labels[i]).length;
  return {
    margin,
    minTokens,
    answered: answered.length / n,
    accuracy: answered.length === 0 ? null : right / answered.length,
  };
}

/** `wrong`: the margins of the wrong answers, ascending; `all`: those of all. */
function narrowestBand(wrong: Float64Array, all: Float64Array): number {
  const half = Math.ceil((wrong.length + 1) / 2);
  for (let taken = Math.min(half, wrong.length); taken > 0; taken--) {
    const margin = justAbove(wrong[taken - 1], all);
    if (all.filter((value) => value < margin).length <= largestBand * all.length) return margin;
  }
  return 0;
}

/** Why a model says nothing: the text is shorter than those that it was validated on, or the answer lies inside of the band. */
export type AbstentionReason = 'short' | 'uncertain';

export function abstentionReason(rule: AbstentionRule, margin: number, tokens: number): AbstentionReason | undefined {
  if (tokens < rule.minTokens) return 'short';
  return margin < rule.margin ? 'uncertain' : undefined;
}

export function abstains(rule: AbstentionRule, margin: number, tokens: number): boolean {
  return abstentionReason(rule, margin, tokens) !== undefined;
}

/** Half-way to the next greater of `values`; where there is none, a little more than `value`. */
function justAbove(value: number, values: Float64Array): number {
  const next = values.reduce(
    (least, other) => (other > value && other < least ? other : least),
    Number.POSITIVE_INFINITY,
  );
  const between = next === Number.POSITIVE_INFINITY ? value * (1 + 1e-9) + 1e-12 : (value + next) / 2;
  return between > value ? between : next;
}
