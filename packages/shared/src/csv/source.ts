import { basename } from 'node:path';
import type { SourceConfig } from '../experiment/schema.ts';
import { checkLength, findColumn, readField, rejectReason } from './columns.ts';
import type { CsvFile } from './csv.ts';
import type { NamedBy } from './delimiter.ts';
import { LabelFinder } from './labels.ts';
import { normaliseText } from './normalise.ts';

/** A labelled text, and where it stands. */
export interface Example {
  readonly text: string;
  /** Position in the list of label names. */
  readonly label: number;
  /** Rows with the same group stay in one split. Undefined: the row has none. */
  readonly group: string | undefined;
  /** What the source column says, else the file's name. */
  readonly source: string;
  /** Position in the experiment's list of sources. */
  readonly sourceIndex: number;
  readonly line: number;
}

/** A row that is left out. */
export interface Reject {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** The start of its text, or of the row where it has none. */
  readonly start: string;
}

export interface SourceRows {
  readonly file: string;
  /** Rows of the file without its header. */
  readonly rows: number;
  readonly examples: readonly Example[];
  readonly rejects: readonly Reject[];
}

export interface SourceOptions {
  readonly file: string;
  readonly index: number;
  readonly config: SourceConfig;
  readonly labelNames: readonly string[];
  readonly maxTextLength: number;
  /** For what errors say is to be done. Default: `experiment`. */
  readonly namedBy?: NamedBy;
}

/**
 * Maps the rows of one CSV file to examples. Rows without a text or a label, or with another number of fields than the
 * header, become rejects, as do those whose label the mapping leaves out. Unknown labels or an overlong text are a UserError: they mean that the
 * mapping or the file is wrong.
 */
export function readSource(csv: CsvFile, options: SourceOptions): SourceRows {
  const { file, config } = options;
  const column = (name: string) => findColumn(csv.header, name, file, config.delimiter, options.namedBy);
  const columns = {
    text: column(config.text),
    label: column(config.label),
    group: config.group === undefined ? undefined : column(config.group),
    source: config.source === undefined ? undefined : column(config.source),
  };
  const labels = new LabelFinder(options);
  const examples: Example[] = [];
  const rejects: Reject[] = [];
  for (const row of csv.rows) {
    const text = normaliseText(row.fields[columns.text] ?? '');
    const value = readField(row, columns.label);
    const reject = (reason: string) =>
      rejects.push({ file, line: row.line, reason, start: (text || row.fields.join(',')).slice(0, 80) });
    const reason = rejectReason(row, csv.header.length, text) ?? (value === '' ? 'no label' : undefined);
    if (reason !== undefined) {
      reject(reason);
      continue;
    }
    const label = labels.find(value, row.line);
    if (label === 'left out') {
      reject(`left out by its label "${value}"`);
      continue;
    }
    if (label === undefined) continue;
    checkLength(text, row, { file, column: config.text, maxTextLength: options.maxTextLength });
    examples.push({
      text,
      label,
      group: readField(row, columns.group) || undefined,
      source: readField(row, columns.source) || basename(file),
      sourceIndex: options.index,
      line: row.line,
    });
  }
  labels.requireKnown();
  return { file, rows: csv.rows.length, examples, rejects };
}
