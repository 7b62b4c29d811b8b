export { type ChangeKind, changeKinds, type TextChange } from './changes.ts';
export { type CleanText, cleanText, type HygieneVersion, hygieneVersion } from './clean-text.ts';
