import { hasTokenRows, type ModelOutput, outputName, outputWidth } from '../model/outputs.ts';
import type { Chunk } from './chunks.ts';

/** How an output of the teacher stands in its files: row by row, input by input, without padding, little-endian. */
export interface OutputLayout {
  readonly output: ModelOutput;
  readonly name: string;
  /** Elements of a row. */
  readonly width: number;
  /** Whether there is a row for each token, not one for each input. */
  readonly tokenRows: boolean;
  /** Logits are float32, what is large is half precision. */
  readonly half: boolean;
}

export function layoutOf(
  output: ModelOutput,
  size: { readonly hidden: number; readonly labels: number },
): OutputLayout {
  const width = outputWidth(output, size);
  return { output, name: outputName(output), width, tokenRows: hasTokenRows(output), half: output.kind !== 'logits' };
}

/** Bytes of one element. */
export function elementBytes({ half }: OutputLayout): number {
  return half ? 2 : 4;
}

/** The first of an input's rows, in a file of its chunk, and how many it has. */
export function rowsOf(
  { tokenRows }: OutputLayout,
  { tokenStarts }: Chunk,
  row: number,
): { first: number; count: number } {
  if (!tokenRows) return { first: row, count: 1 };
  return { first: tokenStarts[row], count: tokenStarts[row + 1] - tokenStarts[row] };
}

/** Bytes of an output of a whole chunk. */
export function chunkBytes(layout: OutputLayout, { views, tokenStarts }: Chunk): number {
  const rows = layout.tokenRows ? tokenStarts[views.length] : views.length;
  return rows * layout.width * elementBytes(layout);
}
