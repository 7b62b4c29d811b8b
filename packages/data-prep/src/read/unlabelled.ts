import { basename } from 'node:path';
import {
  type CsvFile,
  checkLength,
  findColumn,
  normaliseText,
  type Reject,
  readField,
  rejectReason,
  type UnlabelledSourceConfig,
} from '@retort/shared';

/** A text whose label nobody knows. */
export interface UnlabelledText {
  readonly text: string;
  /** What the source column says, else the file's name. */
  readonly source: string;
  readonly group: string | undefined;
}

export interface UnlabelledRows {
  readonly file: string;
  /** Rows of the file without its header. */
  readonly rows: number;
  readonly texts: readonly UnlabelledText[];
  readonly rejects: readonly Reject[];
}

/** Reads the texts of a CSV file that has no labels, or whose labels do not count. Refuses and rejects as `readSource` does. */
export function readUnlabelledSource(
  csv: CsvFile,
  options: { readonly file: string; readonly config: UnlabelledSourceConfig; readonly maxTextLength: number },
): UnlabelledRows {
  const { file, config, maxTextLength } = options;
  const column = (name: string) => findColumn(csv.header, name, file, config.delimiter);
  const textColumn = column(config.text);
  const sourceColumn = config.source === undefined ? undefined : column(config.source);
  const groupColumn = config.group === undefined ? undefined : column(config.group);
  const texts: UnlabelledText[] = [];
  const rejects: Reject[] = [];
  for (const row of csv.rows) {
    const text = normaliseText(row.fields[textColumn] ?? '');
    const reason = rejectReason(row, csv.header.length, text);
    if (reason !== undefined) {
      rejects.push({ file, line: row.line, reason, start: (text || row.fields.join(',')).slice(0, 80) });
      continue;
    }
    checkLength(text, row, { file, column: config.text, maxTextLength });
    texts.push({
      text,
      source: readField(row, sourceColumn) || basename(file),
      group: readField(row, groupColumn) || undefined,
    });
  }
  return { file, rows: csv.rows.length, texts, rejects };
}
