import { writeFile } from 'node:fs/promises';
import { type ArtifactWriter, formatCsv } from '@retort/shared';

/** Where a row stands, and its label. */
interface Placed {
  readonly file: string;
  readonly line: number;
  readonly label: string;
}

/** A row that was left out as a repetition of another one. */
export interface DuplicateRow extends Placed {
  /** `conflicting`: the labels of the repetitions disagree, and none of them stays. */
  readonly kind: 'exact' | 'near' | 'conflicting exact' | 'conflicting near';
  /** The row that it repeats, which stays unless they are conflicting. */
  readonly of: Placed;
}

/** Writes `duplicates.csv`, a row for each. */
export async function writeDuplicates(
  writer: Pick<ArtifactWriter, 'path'>,
  rows: readonly DuplicateRow[],
): Promise<void> {
  const cells = ({ file, line, label }: Placed) => [file, String(line), label];
  await writeFile(
    await writer.path('duplicates.csv'),
    formatCsv(
      ['file', 'line', 'label', 'kind', 'of_file', 'of_line', 'of_label'],
      rows.map((row) => [...cells(row), row.kind, ...cells(row.of)]),
    ),
  );
}
