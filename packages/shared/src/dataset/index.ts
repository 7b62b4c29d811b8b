export { readRows } from './parquet.ts';
export { readSplit, type Split, type SplitName, splitNames } from './split.ts';
export { readUnlabelled, type UnlabelledTexts } from './unlabelled.ts';
