import { type SplitName, splitNames } from '@retort/shared';
import type { UnlabelledText } from '../read/unlabelled.ts';
import { SimilarTexts, sketch } from './similar-texts.ts';

/** Texts left out, by what they repeat, exactly or nearly: a labelled text of a split, or an earlier unlabelled one. */
export type UnlabelledRepeats = Record<SplitName | 'unlabelled', number>;

/** A labelled text, and the split that must not get a copy of it. */
export interface LabelledText {
  readonly text: string;
  readonly split: SplitName;
}

/** The later splits come first: a copy of a test text counts as that, whatever else it resembles. */
const order = [...splitNames].reverse();

/**
 * Drops the unlabelled texts that repeat a labelled one, or an earlier unlabelled one: exactly, or with a Jaccard
 * similarity of at least `threshold`.
 */
export function dropRepeats(
  texts: readonly UnlabelledText[],
  labelled: readonly LabelledText[],
  threshold: number,
  onText: (done: number) => void = () => undefined,
): { readonly kept: readonly UnlabelledText[]; readonly repeats: UnlabelledRepeats } {
  const similar = new SimilarTexts(threshold);
  const exact = new Map<string, SplitName | 'unlabelled'>();
  const origins: (SplitName | 'unlabelled')[] = [];
  const remember = (text: string, origin: SplitName | 'unlabelled', itsSketch = sketch(text)) => {
    exact.set(text, origin);
    similar.add(origins.length, itsSketch);
    origins.push(origin);
  };
  for (const split of order) {
    for (const { text } of labelled.filter((one) => one.split === split)) if (!exact.has(text)) remember(text, split);
  }
  const repeats: UnlabelledRepeats = { train: 0, validation: 0, test: 0, unlabelled: 0 };
  const kept = texts.filter(({ text }, i) => {
    onText(i);
    const same = exact.get(text);
    const own = same === undefined ? sketch(text) : undefined;
    // What was remembered first has the smallest number.
    const origin = own === undefined ? same : origins[similar.find(own)[0]];
    if (origin === undefined) remember(text, 'unlabelled', own);
    else repeats[origin]++;
    return origin === undefined;
  });
  return { kept, repeats };
}
