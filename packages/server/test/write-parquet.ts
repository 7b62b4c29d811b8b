import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';

/** Writes a Parquet file, and the folder that it lies in. `types`: of the columns, in their order. */
export function writeParquet(
  filename: string,
  columns: Readonly<Record<string, readonly (number | string)[]>>,
  types: readonly ('INT32' | 'STRING' | 'FLOAT')[],
): void {
  mkdirSync(dirname(filename), { recursive: true });
  const columnData = Object.entries(columns).map(([name, data], i) => ({ name, type: types[i], data: [...data] }));
  parquetWriteFile({ filename, columnData });
}
