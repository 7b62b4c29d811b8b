import type { ChangeKind, Note } from './changes.ts';
import { type Edited, edit } from './edits.ts';

/** Scripts in which a joiner or non-joiner decides how the letters around it are drawn. */
const joining =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mand}\p{scx=Nkoo}\p{scx=Mong}\p{scx=Phag}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Tibt}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Hebr}]/u;
/** Scripts without spaces between words, where a zero-width space may say where a word ends. */
const spaceless = /[\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}\p{scx=Java}\p{scx=Bali}\p{scx=Lana}]/u;
const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;
/** What joins to a picture in an emoji of several. */
const picture = /\p{Extended_Pictographic}|[\u{1f3fb}-\u{1f3ff}]/u;
/** What has several forms, of which a variation selector chooses one. */
const varied =
  /[\p{Extended_Pictographic}\p{Script=Han}\p{Script=Mongolian}\p{Script=Myanmar}\p{Script=Phags_Pa}\p{Sm}]/u;
const latin = /\p{Script=Latin}/u;
const mongolian = /\p{Script=Mongolian}/u;
const hangul = /\p{Script=Hangul}/u;

/** All that may be invisible, in stretches. */
const stretches =
  /(?:[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\u034f|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e01ef}])+/gu;

const zeroWidthNonJoiner = '\u200c';
const zeroWidthJoiner = '\u200d';
const combiningJoiner = '\u034f';
const blackFlag = '\u{1f3f4}';
const keycap = '\u20e3';

/** The visible characters around an invisible one; empty at the ends of the text. */
interface Around {
  readonly before: string;
  readonly after: string;
  /** The invisible ones that were kept between `before` and it. */
  readonly kept: string;
  readonly textIsRightToLeft: boolean;
}

/** Removes characters that show nothing, but for those that their script, or an emoji, needs. */
export function removeInvisible(text: string, note: Note): Edited {
  let known: boolean | undefined;
  const isRightToLeft = () => {
    known ??= rightToLeft.test(text);
    return known;
  };
  return edit(text, stretches, (found, at) => {
    const before = characterBefore(text, at);
    const after = characterAt(text, at + found.length);
    let kept = '';
    for (const character of found) {
      const kind = kindOf(character);
      const textIsRightToLeft = kind === 'direction' && isRightToLeft();
      if (isNeeded(character, kind, { before, after, kept, textIsRightToLeft })) kept += character;
      else note(kind);
    }
    return kept;
  });
}

function kindOf(character: string): ChangeKind {
  if (character === '\u00ad') return 'soft-hyphen';
  if (/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(character)) return 'direction';
  return /[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0000}-\u{e01ef}]/u.test(character) ? 'selector' : 'zero-width';
}

function isNeeded(character: string, kind: ChangeKind, around: Around): boolean {
  const { before, after, kept } = around;
  if (kind === 'direction') return needsDirection(character, around);
  if (/[\u180b-\u180f]/.test(character)) return mongolian.test(before);
  if (kind === 'selector') return needsSelector(character, around);
  if (character === zeroWidthJoiner && picture.test(before) && picture.test(after)) return !kept.includes(character);
  if ([zeroWidthJoiner, zeroWidthNonJoiner, combiningJoiner].includes(character)) {
    return joining.test(before) && !kept.includes(character);
  }
  if (character === '\u200b') return spaceless.test(before) && spaceless.test(after);
  if (character === '\u115f' || character === '\u1160') return hangul.test(before) || hangul.test(after);
  return false;
}

/** Direction marks belong to texts with letters written from right to left; an override of all letters belongs nowhere. */
function needsDirection(character: string, { before, after, textIsRightToLeft }: Around): boolean {
  if (character === '\u202d' || character === '\u202e' || !textIsRightToLeft) return false;
  return !(latin.test(before) && latin.test(after));
}

/** Directly after what has several forms; tags after the black flag, of which they make that of a country. */
function needsSelector(character: string, { before, after, kept }: Around): boolean {
  if (/[\u{e0020}-\u{e007f}]/u.test(character)) return before === blackFlag && !/[^\u{e0020}-\u{e007f}]/u.test(kept);
  if (kept !== '') return false;
  return varied.test(before) || (/[0-9#*]/.test(before) && after === keycap && character === '\ufe0f');
}

/** Blanks that are letters or signs to Unicode: they become spaces where they stand outside of their script. */
export function replaceBlanks(text: string, note: Note): Edited {
  return edit(text, /[\u2800\u3164\uffa0]+/g, (found, at) => {
    const around = characterBefore(text, at) + characterAt(text, at + found.length);
    if (/[\u2801-\u28ff]/.test(around) || hangul.test(around)) return found;
    for (const _ of found) note('blank');
    return ' '.repeat(found.length);
  });
}

/** The whole character that ends at `at`; empty at the beginning. */
function characterBefore(text: string, at: number): string {
  const isPair = /[\udc00-\udfff]/.test(text.charAt(at - 1)) && /[\ud800-\udbff]/.test(text.charAt(at - 2));
  return text.slice(Math.max(0, at - (isPair ? 2 : 1)), at);
}

/** The whole character that starts at `at`; empty at the end. */
function characterAt(text: string, at: number): string {
  const code = text.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}
