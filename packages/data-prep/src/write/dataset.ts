import { writeFile } from 'node:fs/promises';
import { type ArtifactWriter, formatCsv, type Reject, type SplitName, splitNames } from '@retort/shared';
import { parquetWriteFile } from 'hyparquet-writer';
import type { UnlabelledText } from '../read/unlabelled.ts';

/** One text of the dataset. */
export interface DatasetRow {
  readonly id: number;
  readonly text: string;
  readonly label: string;
  readonly group: string;
  readonly source: string;
  readonly split: SplitName;
}

/** Writes `train.parquet`, `validation.parquet`, `test.parquet`, `dataset.csv`, `labels.json` and `rejects.csv`. */
export async function writeDataset(
  writer: Pick<ArtifactWriter, 'path'>,
  rows: readonly DatasetRow[],
  labelNames: readonly string[],
  rejects: readonly Reject[],
): Promise<void> {
  for (const split of splitNames) {
    writeParquet(
      await writer.path(`${split}.parquet`),
      rows.filter((row) => row.split === split),
      ['text', 'label', 'group', 'source'],
    );
  }
  const columns = ['id', 'text', 'label', 'group', 'source', 'split'] as const;
  await writeFile(
    await writer.path('dataset.csv'),
    formatCsv(
      columns,
      rows.map((row) => columns.map((column) => String(row[column]))),
    ),
  );
  await writeFile(await writer.path('labels.json'), `${JSON.stringify(labelNames, null, 2)}\n`);
  await writeFile(
    await writer.path('rejects.csv'),
    formatCsv(
      ['file', 'line', 'reason', 'start'],
      rejects.map(({ file, line, reason, start }) => [file, String(line), reason, start]),
    ),
  );
}

/** Writes `unlabelled.parquet`, whose ids count from `firstId`. */
export async function writeUnlabelled(
  writer: Pick<ArtifactWriter, 'path'>,
  texts: readonly UnlabelledText[],
  firstId: number,
): Promise<void> {
  const rows = texts.map((text, i) => ({ ...text, id: firstId + i }));
  writeParquet(await writer.path('unlabelled.parquet'), rows, ['text', 'source']);
}

/** Columns: `id` as INT32, then the `names`, as strings. */
function writeParquet<Name extends string>(
  filename: string,
  rows: readonly (Readonly<Record<Name, string>> & { readonly id: number })[],
  names: readonly Name[],
): void {
  const strings = names.map((name) => ({
    name,
    data: rows.map((row) => row[name]),
    type: 'STRING' as const,
    nullable: false,
  }));
  const id = { name: 'id', data: rows.map((row) => row.id), type: 'INT32' as const, nullable: false };
  parquetWriteFile({ filename, columnData: [id, ...strings] });
}
