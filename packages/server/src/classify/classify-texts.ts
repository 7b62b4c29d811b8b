import { type Answer, answerOf } from '../api/answer.ts';
import type { Variant } from '../inference/index.ts';

export interface ClassifyOptions {
  /** How many texts are under way at once: enough that no worker waits, and few enough that memory stays small. */
  readonly atOnce: number;
  readonly signal?: AbortSignal;
  /** `done`: texts that have an answer, or need none. */
  onText?(done: number): void;
}

/** The model's answers to the texts, in their order, as it would give them one by one; none to a blank text. The first error ends it. */
export async function classifyTexts(
  variant: Variant,
  texts: readonly string[],
  { atOnce, signal, onText }: ClassifyOptions,
): Promise<(Answer | undefined)[]> {
  const answers: (Answer | undefined)[] = new Array(texts.length).fill(undefined);
  let next = 0;
  let done = 0;
  const takeTurns = async () => {
    while (next < texts.length) {
      const i = next++;
      if (/\S/.test(texts[i])) {
        const [reading] = await variant.read([texts[i]], { signal });
        answers[i] = answerOf(variant, reading);
      }
      onText?.(++done);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, texts.length) }, takeTurns));
  } finally {
    next = texts.length; // Where one failed, the others end.
  }
  return answers;
}
