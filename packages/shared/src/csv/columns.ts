import { nearest, UserError } from '../errors.ts';
import type { CsvRow } from './csv.ts';
import { type NamedBy, otherDelimiter } from './delimiter.ts';

/** The position of a column in the header of a CSV file, whose fields `delimiter` separates. */
export function findColumn(
  header: readonly string[],
  name: string,
  file: string,
  delimiter = ',',
  namedBy: NamedBy = 'experiment',
): number {
  const index = header.indexOf(name);
  if (index < 0) {
    const other = header.length === 1 ? otherDelimiter(header[0], delimiter, file, namedBy) : undefined;
    if (other !== undefined) throw other;
    const near = nearest(name, header);
    throw new UserError(`the file has no column "${name}"; it has: ${header.join(', ')}`, {
      place: { file, line: 1, field: name },
      remedy: `correct the column's name ${namedBy === 'options' ? 'among the options' : 'in experiment.json'}${near === undefined ? '' : `; did you mean "${near}"?`}`,
    });
  }
  if (header.indexOf(name, index + 1) >= 0) {
    throw new UserError(`the file has two columns "${name}"`, {
      place: { file, line: 1, field: name },
      remedy: 'give each column a name of its own',
    });
  }
  return index;
}

/** The value of a row in a column; empty where there is no such column. */
export function readField(row: CsvRow, index: number | undefined): string {
  return index === undefined ? '' : (row.fields[index] ?? '').normalize('NFC').trim();
}

/** Why a row cannot be used, if so. */
export function rejectReason(row: CsvRow, columns: number, text: string): string | undefined {
  if (row.fields.length !== columns) return `${row.fields.length} fields where the header has ${columns}`;
  return text === '' ? 'no text' : undefined;
}

/** Refuses an overlong text: it mostly means that a quote is missing. */
export function checkLength(
  text: string,
  row: CsvRow,
  { file, column, maxTextLength }: { readonly file: string; readonly column: string; readonly maxTextLength: number },
): void {
  if (text.length <= maxTextLength) return;
  throw new UserError(`the text is ${text.length} characters long, more than the ${maxTextLength} allowed`, {
    place: { file, line: row.line, field: column },
    remedy: 'cut or remove the text (a quote may be missing), or raise data.maxTextLength in experiment.json',
  });
}
