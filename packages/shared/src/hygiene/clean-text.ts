import { type ChangeKind, changeKinds, type TextChange } from './changes.ts';
import { type Edited, unchanged } from './edits.ts';
import { removeInvisible, replaceBlanks } from './invisible.ts';
import { lookAlikeClass } from './look-alikes.ts';
import { replaceLookAlikes } from './mixed-words.ts';
import { replaceFullwidth, replaceStyles } from './styled-letters.ts';

/** The rules by which a text is cleaned. A change of what they give is a new version: a model must read as it learned to. */
export const hygieneVersion = 1;
export type HygieneVersion = typeof hygieneVersion;

/** A text without what hides its words from a model. */
export interface CleanText {
  readonly text: string;
  /** What was changed, at how many places; empty where the text is as it was. */
  readonly changes: readonly TextChange[];
  /** Whether anything was changed. */
  readonly normalized: boolean;
  /**
   * The place in the original text of a place in `text`, both in UTF-16 units; 0 and the end stand for each other. Of two places in
   * order none comes before the other.
   */
  readonly toOriginal: (offset: number) => number;
}

/** Whatever a rule is about. Most texts have nothing of it. */
const suspicious = new RegExp(
  `[\\u00ad\\u034f\\u061c\\u115f\\u1160\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2102-\\u2149\\u24b6-\\u24e9\\u2800\\u3164\\ud835\\udb40\\ufb00-\\ufb06\\ufe00-\\ufe0f\\ufeff\\uff10-\\uff5a\\uffa0\\ufff9-\\ufffb${lookAlikeClass}]|\\ud83c[\\udd30-\\udd89]`,
);

const rules = [replaceBlanks, removeInvisible, replaceStyles, replaceFullwidth, replaceLookAlikes];

/**
 * Undoes what makes words unreadable to a model and is not seen by readers: characters without width, soft hyphens, marks of
 * direction, blanks that are no spaces, letters of other alphabets or styles in the place of Latin ones. Genuine words of other
 * scripts stay, and so do joiners where a script or an emoji needs them. To clean a clean text changes nothing.
 */
export function cleanText(text: string): CleanText {
  if (!suspicious.test(text)) return { ...unchanged(text), changes: [], normalized: false };
  const counts = new Map<ChangeKind, number>();
  const note = (kind: ChangeKind) => void counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const steps: Edited[] = [];
  let current = text;
  for (const rule of rules) {
    const step = rule(current, note);
    current = step.text;
    steps.unshift(step);
  }
  const changes = changeKinds.flatMap((kind) => {
    const count = counts.get(kind);
    return count === undefined ? [] : [{ kind, count }];
  });
  return {
    text: current,
    changes,
    normalized: changes.length > 0,
    toOriginal: (offset) => steps.reduce((place, step) => step.toOriginal(place), offset),
  };
}
