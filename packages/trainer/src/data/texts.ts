import { hygienic, Random, type Reading, randomWindow, readText, type Tokenizer } from '@retort/shared';

/** Texts to train on. */
export interface TrainingTexts {
  /** One for each text: its place among the model's labels, or -1 where only the teacher labels it. */
  readonly labels: Int32Array;
  /** What decides the views: token ids, `[CLS]` to `[SEP]`, one for each text. */
  readonly texts: readonly Int32Array[];
  /** Whether each text has more tokens than an input holds. */
  readonly isLong: readonly boolean[];
  /** What the model reads of each text in an epoch, counted from 1; the same at each call. */
  views(epoch: number): readonly Int32Array[];
}

/** Texts to evaluate on. */
export interface EvaluationTexts {
  readonly labels: Int32Array;
  /** The inputs that stand for each text, one or more; its logits are their mean. */
  readonly windows: readonly (readonly Int32Array[])[];
  /** How many tokens of each are read, each once, `[CLS]` and `[SEP]` included. */
  readonly tokens: Int32Array;
}

/** Texts to train on: by `windows`, a random window of each long text in each epoch. */
export function trainingTexts(
  tokenizer: Tokenizer,
  { texts, labels }: { readonly texts: readonly string[]; readonly labels: Int32Array },
  { seed, ...reading }: Reading & { readonly seed: number },
): TrainingTexts {
  const { longTexts, maxTokens, hygiene } = reading;
  if (longTexts !== 'windows') {
    const read = texts.map((text) => readText(tokenizer, text, reading));
    const views = read.map(({ windows }) => windows[0]);
    return { labels, texts: views, isLong: read.map(({ truncated }) => truncated), views: () => views };
  }
  const whole = texts.map((text) => tokenizer.encode(hygienic(text, hygiene), Number.POSITIVE_INFINITY).ids);
  return {
    labels,
    texts: whole,
    isLong: whole.map(({ length }) => length > maxTokens),
    views: (epoch) => whole.map((ids, i) => randomWindow(ids, maxTokens, new Random(seed, 'window', epoch, i))),
  };
}

/** Texts to evaluate on: by `windows`, all that cover a text. */
export function evaluationTexts(
  tokenizer: Tokenizer,
  { texts, labels }: { readonly texts: readonly string[]; readonly labels: Int32Array },
  reading: Reading,
): EvaluationTexts {
  const read = texts.map((text) => readText(tokenizer, text, reading));
  return { labels, windows: read.map(({ windows }) => windows), tokens: Int32Array.from(read, ({ tokens }) => tokens) };
}

/** Tokens of the longest of some inputs. */
export function longestInput(inputs: Iterable<Int32Array>): number {
  let longest = 0;
  for (const { length } of inputs) longest = Math.max(longest, length);
  return longest;
}
