import type { HostTensor, Session, TensorData, Tensors } from '../executor.ts';

/** Tokens of which lengths are multiples: 16 lengths up to 512 tokens, and 16 tokens of padding in the mean. */
const multiple = 32;

/**
 * The session, its inputs [texts, tokens] padded to a multiple of 32 tokens, `longest` at the most: OpenVINO prepares its kernels for each length that is new to it and keeps them, and
 * those of bf16 work on tiles of as many rows. `attention_mask` covers the padding, so the outputs must have no axis of tokens. The session itself where it reads no such mask.
 */
export function withRoundedLengths(session: Session, longest: number): Session {
  if (!session.inputNames.includes('attention_mask')) return session;
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: (inputs, options) => session.run(rounded(inputs, longest), options),
    close: () => session.close(),
  };
}

function rounded(inputs: Tensors, longest: number): Tensors {
  const length = inputs.attention_mask?.shape[1] ?? 0;
  const wanted = Math.max(length, Math.min(longest, Math.ceil(length / multiple) * multiple));
  if (wanted === length) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]) => [
      name,
      tensor.shape[1] === length ? padded(tensor, wanted) : tensor,
    ]),
  );
}

/** [rows, length] -> [rows, wanted], with zeros behind each row. */
function padded({ type, shape, data }: HostTensor, wanted: number): HostTensor {
  const [rows, length] = shape;
  const Data = data.constructor as new (size: number) => TensorData;
  const wide = new Data(rows * wanted);
  for (let row = 0; row < rows; row++) {
    // The same kind of array on both sides, which the types cannot tell.
    wide.set(data.subarray(row * length, (row + 1) * length) as never, row * wanted);
  }
  return { type, shape: [rows, wanted], data: wide };
}
