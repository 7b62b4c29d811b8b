import { type Stretch, softmax } from '@retort/shared';
import type { Reading, Variant } from '../inference/index.ts';
import { limits } from './limits.ts';
import type { Read } from './reader.ts';

/** One sentence, or several neighbours, and what it does to the answer. */
export interface SentenceContribution extends Stretch {
  /** How much it adds to the log-odds of each label against all others, as if it were taken out of the text. */
  readonly contributions: Record<string, number>;
}

/**
 * Leave-one-out (occlusion; Li, Monroe and Jurafsky 2016, Understanding Neural Networks through Representation Erasure): the text is read again
 * without each sentence in turn, and the difference of log(p / (1 - p)) is the sentence's. At most `limits.sentences` parts, and fewer for a
 * text of many windows, so that the model reads at most about `limits.explanationInputs` inputs. Of a text that is one sentence nothing is left
 * to read: its contribution is 0 to all labels.
 */
export async function explainSentences(
  variant: Pick<Variant, 'labels' | 'rule'>,
  text: string,
  whole: Reading,
  read: Read,
  options: Parameters<Read>[1],
): Promise<SentenceContribution[]> {
  const most = Math.min(limits.sentences, Math.max(2, Math.floor(limits.explanationInputs / whole.windows.length)));
  const parts = joinToAtMost(sentencesOf(text), most);
  const without = parts.map(({ start, end }) => text.slice(0, start) + text.slice(end));
  const readable = without.flatMap((rest, i) => (rest.trim() === '' ? [] : [i]));
  const readings =
    readable.length === 0
      ? []
      : await read(
          readable.map((i) => without[i]),
          options,
        );
  const full = logOdds(variant, whole.logits);
  return parts.map((part, i) => {
    const reading = readings[readable.indexOf(i)];
    const rest = reading === undefined ? full : logOdds(variant, reading.logits);
    return {
      ...part,
      contributions: Object.fromEntries(variant.labels.map((label, j) => [label, full[j] - rest[j]])),
    };
  });
}

/** A text's sentences, by Unicode's rules (UAX 29), which together are all of it. */
export function sentencesOf(text: string): Stretch[] {
  const segments = new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(text);
  const sentences: Stretch[] = [];
  for (const { index, segment } of segments) {
    const last = sentences.at(-1);
    // White space alone belongs to what is before it.
    if (last !== undefined && segment.trim() === '')
      sentences[sentences.length - 1] = { ...last, end: index + segment.length };
    else sentences.push({ start: index, end: index + segment.length });
  }
  return sentences;
}

/** Neighbours taken together, as evenly as it goes, until there are at most `most`. */
export function joinToAtMost(parts: readonly Stretch[], most: number): Stretch[] {
  if (parts.length <= most) return [...parts];
  return Array.from({ length: most }, (_, i) => {
    const [first, next] = [i, i + 1].map((at) => Math.round((at * parts.length) / most));
    return { start: parts[first].start, end: parts[next - 1].end };
  });
}

/** log(p / (1 - p)) of each label, [labels], kept finite where a probability is 1 to the last bit. */
function logOdds({ labels, rule }: Pick<Variant, 'labels' | 'rule'>, logits: Float32Array): number[] {
  const tiny = 1e-12;
  return Array.from(softmax(logits, labels.length, rule.temperature), (p) => Math.log((p + tiny) / (1 - p + tiny)));
}
