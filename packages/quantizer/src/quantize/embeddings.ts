import { elementCode, int, type Node, node, type TensorValue, tensorOf } from '@retort/onnx';
import { packHalves, quantizeBlocks } from './int4.ts';
import { finiteFloats, rowScaled } from './int8-tensors.ts';
import { constantOf } from './layers.ts';
import type { EmbeddingType } from './options.ts';
import { type Rewrite, storeOnce, type Writer } from './rewrite.ts';

/** How lookups in a table of each type are written. */
export const embeddingWriters: Readonly<Record<EmbeddingType, () => Writer>> = {
  fp32: () => (rewrite, lookup) => rewrite.nodes.push(lookup),
  int8: int8Lookup,
  int4: int4Lookup,
};

/** Weights of a row that share a scale in 4 bits: of these, the first that divides a row. */
const blocks = [64, 32, 16];

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
    const { nodes, fresh, initializers } = rewrite;
    const float = (x: string, what: string) => {
      const output = fresh(`${base}_${what}`);
      nodes.push(node('Cast', [x], [output], { to: int(elementCode('float32')) }, { name: output }));
      return output;
    };
    const rows = fresh(`${base}_int8`);
    const scales = fresh(`${base}_scales`);
    nodes.push(from(lookup, table.values, rows), from(lookup, table.scales, scales)); // [.., columns], [.., 1]
    const inHalves = initializers.get(table.scales)?.type === 'float16';
    const factors = [float(rows, 'unscaled'), inHalves ? float(scales, 'scales_float32') : scales];
    nodes.push(node('Mul', factors, outputs, {}, { name }));
  };
}

/**
 * Rows of a table whose values lie two in a byte, dequantized after they are looked up, in operators that every runtime has: with f the byte
 * as float32, the high half is floor(f / 16) and the low one f - 16 high. Tables that Slice reads, as positions are, have few rows, all of
 * them in use: they stay int8, and so do those whose rows no block divides.
 */
function int4Lookup(): Writer {
  const store = storeOnce('int4', blockScaled);
  const int8 = int8Lookup();
  return (rewrite, lookup) => {
    const { name, inputs, outputs } = lookup;
    const [, columns] = constantOf(rewrite.prepared, inputs[0]).shape;
    if (lookup.op !== 'Gather' || blockOf(columns) === undefined) {
      int8(rewrite, lookup);
      return;
    }
    const table = store(rewrite, inputs[0]);
    const base = name === '' ? outputs[0] : name;
    const { nodes, fresh } = rewrite;
    const emit = (op: string, from: readonly string[], what: string, attributes: Node['attributes'] = {}) => {
      const output = fresh(`${base}_${what}`);
      nodes.push(node(op, from, [output], attributes, { name: output }));
      return output;
    };
    const float = (x: string, what: string) => emit('Cast', [x], what, { to: int(elementCode('float32')) });
    const scalar = (value: number) => constant(rewrite, `float32_${value}`, tensorOf('float32', [], [value]));
    const shape = (...lengths: number[]) =>
      constant(rewrite, `shape_${lengths.join('_')}`, tensorOf('int64', [lengths.length], lengths));

    const bytes = fresh(`${base}_int4`);
    const scales = fresh(`${base}_scales`);
    nodes.push(from(lookup, table.values, bytes), from(lookup, table.scales, scales)); // [.., columns / 2], [.., blocks]
    const pair = float(bytes, 'pair');
    const high = emit('Floor', [emit('Mul', [pair, scalar(1 / 16)], 'sixteenth')], 'high');
    const low = emit('Sub', [pair, emit('Mul', [high, scalar(16)], 'high_part')], 'low');
    const levels = emit('Concat', [low, high], 'levels', { axis: int(-1) }); // [.., columns], 0 to 15
    const values = emit('Sub', [levels, scalar(8)], 'values');
    const inBlocks = emit('Reshape', [values, shape(-1, blockOf(columns) ?? columns)], 'in_blocks');
    const scaled = emit(
      'Mul',
      [inBlocks, emit('Reshape', [float(scales, 'scales_float32'), shape(-1, 1)], 'block_scales')],
      'scaled',
    );
    const whole = emit('Concat', [emit('Shape', [inputs[1]], 'ids_shape'), shape(columns)], 'shape', { axis: int(0) });
    nodes.push(node('Reshape', [scaled, whole], outputs, {}, { name }));
  };
}

/** The lookup in another table. */
function from(lookup: Node, table: string, output: string): Node {
  return { ...lookup, name: output, inputs: [table, ...lookup.inputs.slice(1)], outputs: [output] };
}

function constant({ initializers, fresh }: Rewrite, wish: string, value: TensorValue): string {
  const name = `retort_${wish}`;
  const known = initializers.get(name);
  if (known !== undefined) return name;
  const given = fresh(name);
  initializers.set(given, value);
  return given;
}

function blockOf(columns: number): number | undefined {
  return blocks.find((block) => columns % block === 0);
}

/** A table [rows, columns] as bytes [rows, columns / 2] with scales [rows, blocks]. */
function blockScaled(table: TensorValue, name: string): { values: TensorValue; scales: TensorValue } {
  const [rows, columns] = table.shape;
  const block = blockOf(columns) ?? columns;
  const { values, scales } = quantizeBlocks(finiteFloats(table, name), rows, columns, block);
  return {
    values: tensorOf('uint8', [rows, columns / 2], packHalves(values, rows, columns)),
    scales: tensorOf('float16', [rows, columns / block], scales),
  };
}
