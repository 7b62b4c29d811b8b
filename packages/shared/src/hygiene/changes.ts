/** What hygiene does to a text. */
export const changeKinds = [
  'zero-width',
  'soft-hyphen',
  'direction',
  'selector',
  'blank',
  'styled-letter',
  'ligature',
  'look-alike',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** How many characters of a text were changed for one reason. */
export interface TextChange {
  readonly kind: ChangeKind;
  readonly count: number;
}

/** Notes a changed character. */
export type Note = (kind: ChangeKind) => void;
