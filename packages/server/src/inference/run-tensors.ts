import type { HostTensor, Tensors } from '@retort/runtime';

/** Inputs of equal length, as many as `rows`, for one run. `types`: of each row's tokens, where they are not all 0. */
export function modelInputs(
  inputNames: readonly string[],
  rows: readonly Int32Array[],
  types: readonly (Int32Array | undefined)[] = [],
): Tensors {
  const [{ length }] = rows;
  const int64 = (data: BigInt64Array): HostTensor => ({ type: 'int64', shape: [rows.length, length], data }); // [batch, length]
  const joined = (all: readonly (Int32Array | undefined)[]) => {
    const data = new BigInt64Array(rows.length * length);
    for (const [r, row] of all.entries()) {
      if (row !== undefined) for (let i = 0; i < length; i++) data[r * length + i] = BigInt(row[i]);
    }
    return int64(data);
  };
  const all: Readonly<Record<string, () => HostTensor>> = {
    input_ids: () => joined(rows),
    attention_mask: () => int64(new BigInt64Array(rows.length * length).fill(1n)),
    token_type_ids: () => joined(types),
  };
  return Object.fromEntries(inputNames.map((name) => [name, all[name]()]));
}

/** The logits of each row; an error if they are not what a classifier of so many labels gives. */
export function logitRows(logits: HostTensor, rows: number, labelCount: number): Float32Array[] {
  const { data, type, shape } = logits;
  if (!(data instanceof Float32Array) || data.length !== rows * labelCount) {
    throw new Error(`the logits are ${type} [${shape.join(', ')}], not float32 [${rows}, ${labelCount}]`);
  }
  if (!data.every(Number.isFinite)) throw new Error('the logits are not finite');
  return Array.from({ length: rows }, (_, r) => data.slice(r * labelCount, (r + 1) * labelCount));
}
