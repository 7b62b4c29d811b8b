export { checkLength, findColumn, readField, rejectReason } from './columns.ts';
export { type CsvFile, type CsvOptions, type CsvRow, parseCsv, readCsv } from './csv.ts';
export { parseDelimiter } from './delimiter.ts';
export { formatCsv } from './format.ts';
export { normaliseText } from './normalise.ts';
export { type Example, type Reject, readSource, type SourceOptions, type SourceRows } from './source.ts';
export { readSourceFile, type SourceFile } from './source-file.ts';
