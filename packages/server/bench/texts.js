// Texts of random words whose lengths in tokens are log-normal, as those of essays and comments are.
import { bertVocabulary, Random } from '@retort/shared';

/** Texts and their lengths, `[CLS]` and `[SEP]` included. The same for the same options. `spread`: of the logarithm. */
export function someTexts(count, { median = 128, spread = 0.6, longest = 512, seed = 1 } = {}) {
  const words = bertVocabulary().filter((word) => /^[a-z]+$/.test(word));
  const random = new Random(seed, 'bench');
  return Array.from({ length: count }, () => {
    const tokens = Math.round(Math.min(longest, Math.max(4, median * Math.exp(spread * random.normal()))));
    const text = Array.from({ length: tokens - 2 }, () => words[random.integer(words.length)]).join(' ');
    return { text, tokens };
  });
}
