import { parse } from 'csv-parse/sync';
import { cutPassages, readAddresses } from './human.ts';
import { measureLength } from './rules.ts';

/** One row of `ai.csv`, which has the columns of the DAIGT V2 data set. */
export interface AiRow {
  readonly text: string;
  readonly label: string;
  readonly prompt_name: string;
  readonly source: string;
  readonly RDizzl3_seven: string;
}

export function parseAiCsv(csv: string): AiRow[] {
  return parse(csv, { columns: true });
}

/** `human.csv`, with the columns of the other Kaggle data set: as many passages as `aiCsv` has, of the same lengths. */
export function buildHumanCsv(folder: string, aiCsv: string): string {
  const lengths = parseAiCsv(aiCsv).map(({ text }) => measureLength(text));
  const passages = cutPassages(readAddresses(folder), lengths);
  return ['text,generated', ...passages.map((text) => `"${text}",0`)].map((line) => `${line}\n`).join('');
}
