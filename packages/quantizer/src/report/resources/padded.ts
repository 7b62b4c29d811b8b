import type { Session, Tensors } from '@retort/runtime';

/** A batch of inputs, padded to the longest of them by [PAD], 0 in BERT's vocabularies: int64, shape [batch, length]. */
export function padded(session: Session, inputs: readonly Int32Array[]): Tensors {
  const length = Math.max(...inputs.map((ids) => ids.length));
  const shape = [inputs.length, length];
  const empty = () => new BigInt64Array(inputs.length * length);
  const [ids, mask, types] = [empty(), empty(), empty()];
  inputs.forEach((input, row) => {
    ids.set(BigInt64Array.from(input, BigInt), row * length);
    mask.fill(1n, row * length, row * length + input.length);
  });
  const all: Tensors = {
    input_ids: { type: 'int64', shape, data: ids },
    attention_mask: { type: 'int64', shape, data: mask },
    token_type_ids: { type: 'int64', shape, data: types },
  };
  return Object.fromEntries(session.inputNames.map((name) => [name, all[name]]));
}
