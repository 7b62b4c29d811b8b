import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { damaged, readRows } from './parquet.ts';

export const splitNames = ['train', 'validation', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** One split of a prepared dataset, column by column; all columns have one entry for each text. */
export interface Split {
  readonly name: SplitName;
  /** In the order of the logits. */
  readonly labelNames: string[];
  readonly ids: Int32Array;
  readonly texts: string[];
  /** Positions in `labelNames`. */
  readonly labels: Int32Array;
  readonly groups: string[];
  readonly sources: string[];
}

const row = z.object({
  id: z.int32(),
  text: z.string(),
  label: z.string(),
  group: z.string(),
  source: z.string(),
});

/** Reads a split and the label names out of the folder of a prepare artifact. */
export async function readSplit(folder: string, name: SplitName): Promise<Split> {
  const labelNames = readLabelNames(join(folder, 'labels.json'));
  const path = join(folder, `${name}.parquet`);
  const rows = await readRows(path, row);
  const indexOf = new Map(labelNames.map((label, i) => [label, i]));
  return {
    name,
    labelNames,
    ids: Int32Array.from(rows, ({ id }) => id),
    texts: rows.map(({ text }) => text),
    labels: Int32Array.from(rows, ({ label }, i) => {
      const index = indexOf.get(label);
      if (index === undefined)
        throw damaged(path, `row ${i} has the label "${label}", which labels.json does not name`);
      return index;
    }),
    groups: rows.map(({ group }) => group),
    sources: rows.map(({ source }) => source),
  };
}

function readLabelNames(path: string): string[] {
  if (!existsSync(path)) throw damaged(path, 'the file is missing');
  try {
    return z
      .array(z.string())
      .min(2)
      .parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw damaged(path, 'the file is no JSON list of at least two label names', cause);
  }
}
