export { readSplit, type Split, type SplitName, splitNames } from './split.ts';
