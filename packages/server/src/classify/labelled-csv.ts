import { type CsvFile, findColumn, formatCsv, readCsv, UserError } from '@retort/shared';
import type { Answer } from '../api/answer.ts';

/** A CSV file whose texts are to be labelled. */
export interface TextsFile extends CsvFile {
  /** One a row, as they stand there. */
  readonly texts: readonly string[];
}

export interface TextsFileOptions {
  /** Column of the texts. */
  readonly column: string;
  readonly delimiter: string;
}

/** A longer text means a missing quote. */
const longestText = 1_000_000;

/** Reads the file, and checks all of it before any text is classified; `file` is what errors call it. */
export function readTextsFile(path: string, file: string, { column, delimiter }: TextsFileOptions): TextsFile {
  const { header, rows } = readCsv(path, file, { delimiter, namedBy: 'options' });
  const index = findColumn(header, column, file, delimiter, 'options');
  for (const { fields, line } of rows) {
    const what =
      fields.length !== header.length
        ? `the row has ${fields.length} fields where the header has ${header.length}`
        : fields[index].length > longestText
          ? `the text is ${fields[index].length} characters long, more than ${longestText}`
          : undefined;
    if (what === undefined) continue;
    throw new UserError(what, {
      place: { file, line },
      remedy: 'mend the row (a quote may be missing); nothing has been classified',
    });
  }
  return { header, rows, texts: rows.map(({ fields }) => fields[index]) };
}

/** Refuses a file that has one of these columns already. */
export function refuseTaken({ header }: CsvFile, added: readonly string[], file: string): void {
  const taken = added.find((name) => header.includes(name));
  if (taken === undefined) return;
  throw new UserError(`the file has a column "${taken}" already`, {
    place: { file, line: 1, field: taken },
    remedy: 'rename that column: the answers get one of this name',
  });
}

/** Names of the columns with an answer; `labels`: also a score each. */
export function answerColumns(labels: readonly string[] | undefined): string[] {
  return [
    'predicted_label',
    'predicted_score',
    'abstained',
    'abstained_because',
    ...(labels ?? []).map((label) => `score_${label}`),
  ];
}

/** The file with the answers behind its own columns; a row without an answer has empty fields there. `labels`: as of `answerColumns`. */
export function formatAnswers(
  { header, rows }: CsvFile,
  answers: readonly (Answer | undefined)[],
  labels: readonly string[] | undefined,
  delimiter: string,
): string {
  const added = answerColumns(labels);
  const digits = (score: number) => score.toFixed(6);
  const fieldsOf = (answer: Answer | undefined): string[] => {
    if (answer === undefined) return added.map(() => '');
    const { label, scores, abstained, abstainedBecause = '' } = answer;
    const own = (labels ?? []).map((name) => digits(scores[name]));
    return [label, digits(scores[label]), String(abstained), abstainedBecause, ...own];
  };
  return formatCsv(
    [...header, ...added],
    rows.map(({ fields }, i) => [...fields, ...fieldsOf(answers[i])]),
    delimiter,
  );
}
