import { elementCode, int, type Node, node } from '@retort/onnx';
import { rowScaled } from './int8-tensors.ts';
import type { EmbeddingType } from './options.ts';
import { storeOnce, type Writer } from './rewrite.ts';

/** How lookups in a table of each type are written. */
export const embeddingWriters: Readonly<Record<EmbeddingType, () => Writer>> = {
  fp32: () => (rewrite, lookup) => rewrite.nodes.push(lookup),
  int8: int8Lookup,
  int4: int8Lookup,
};

/**
 * Rows of a table -> the same rows of its int8 values, as float32, times those of its scales. A scale for each row is nearer to the float32
 * values of trained word embeddings than a scale for each column, or one for the table.
 */
function int8Lookup(): Writer {
  const store = storeOnce('int8', (table, name) => rowScaled(table, name));
  return (rewrite, lookup) => {
    const { name, inputs, outputs } = lookup;
    const table = store(rewrite, inputs[0]);
    const base = name === '' ? outputs[0] : name;
    const rows = rewrite.fresh(`${base}_int8`);
    const scales = rewrite.fresh(`${base}_scales`);
    const unscaled = rewrite.fresh(`${base}_unscaled`);
    const from = (part: string, output: string): Node => ({
      ...lookup,
      name: output,
      inputs: [part, ...inputs.slice(1)],
      outputs: [output],
    });
    rewrite.nodes.push(
      from(table.values, rows), // [.., columns]
      from(table.scales, scales), // [.., 1]
      node('Cast', [rows], [unscaled], { to: int(elementCode('float32')) }, { name: unscaled }),
      node('Mul', [unscaled, scales], outputs, {}, { name }),
    );
  };
}
