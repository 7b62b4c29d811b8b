import { Random } from '@retort/shared';
import type { GateTexts } from './texts.ts';

/** Inputs of one random token each, and of random tokens. */
const monotonous = 4;
const chaotic = 2;

/**
 * Inputs unlike any text, as an attacker or an accident sends them: of nothing, of the unknown token alone, of one token over and over, of
 * random tokens; as long as the longest input. What they do to the range of an activation they do to all texts of their batch.
 *
 * @param inputs ids from `[CLS]` to `[SEP]`, at least one
 */
export function extremeInputs(
  { vocabularySize, unkId }: Pick<GateTexts, 'vocabularySize' | 'unkId'>,
  inputs: readonly Int32Array[],
): Int32Array[] {
  const random = new Random(1, 'extreme inputs');
  const [cls, sep] = [inputs[0][0], inputs[0][inputs[0].length - 1]];
  const length = Math.max(...inputs.map((ids) => ids.length));
  const filled = (token: () => number): Int32Array => {
    const ids = Int32Array.from({ length }, token);
    ids[0] = cls;
    ids[length - 1] = sep;
    return ids;
  };
  const anyToken = () => random.integer(vocabularySize);
  return [
    Int32Array.of(cls, sep),
    filled(() => unkId),
    ...Array.from({ length: monotonous }, () => {
      const token = anyToken();
      return filled(() => token);
    }),
    ...Array.from({ length: chaotic }, () => filled(anyToken)),
  ];
}
