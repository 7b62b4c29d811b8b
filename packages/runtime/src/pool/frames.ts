import type { HostTensor, Tensors, TensorType } from '../executor.ts';

/*
 * Messages between processes: JSON, and tensors as they lie in memory. Node's own channel clones messages value by value.
 *
 *   uint32   bytes that follow
 *   uint32   bytes of the JSON
 *   the JSON, in which a tensor is its name, type and shape; then zeros up to a multiple of 8 from the frame's start
 *   the tensors' elements, one behind the other, each filled up in the same way
 */

/** What JSON knows, and tensors. */
export interface FramedMessage {
  readonly tensors?: Tensors;
}

type TensorHead = Pick<HostTensor, 'type' | 'shape'> & { readonly name: string };

const constructors = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  int8: Int8Array,
  float16: Uint16Array,
  bool: Uint8Array,
} as const satisfies Record<TensorType, unknown>;

const headBytes = 8;
const padded = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** A message as bytes. */
export function encodeFrame(message: FramedMessage): Buffer {
  const { tensors = {}, ...rest } = message;
  const heads: TensorHead[] = [];
  let dataBytes = 0;
  for (const name of Object.keys(tensors)) {
    const { type, shape, data } = tensors[name];
    heads.push({ name, type, shape });
    dataBytes += padded(data.byteLength);
  }
  const json = JSON.stringify(message.tensors === undefined ? rest : { ...rest, tensors: heads });
  const jsonBytes = Buffer.byteLength(json);
  let at = padded(headBytes + jsonBytes);
  const frame = Buffer.alloc(at + dataBytes);
  frame.writeUInt32LE(frame.length - 4, 0);
  frame.writeUInt32LE(jsonBytes, 4);
  frame.write(json, headBytes);
  for (const { name } of heads) {
    const { data } = tensors[name];
    frame.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += padded(data.byteLength);
  }
  return frame;
}

/** The message of a whole frame. Its tensors share memory of their own. */
export function decodeFrame(frame: Buffer): FramedMessage {
  const jsonEnd = headBytes + frame.readUInt32LE(4);
  const message: { tensors?: readonly TensorHead[] } = JSON.parse(frame.toString('utf8', headBytes, jsonEnd));
  if (message.tensors === undefined) return { ...message, tensors: undefined };
  const { buffer } = new Uint8Array(frame.subarray(padded(jsonEnd))); // A copy, for elements must lie at multiples of their size.
  const tensors: Record<string, HostTensor> = {};
  let at = 0;
  for (const { name, type, shape } of message.tensors) {
    const length = shape.reduce((product, size) => product * size, 1);
    const data = new constructors[type](buffer, at, length);
    tensors[name] = { type, shape, data };
    at += padded(data.byteLength);
  }
  return { ...message, tensors };
}

/** Takes bytes as they arrive, and gives each message when it is complete. */
export function frameReader(onMessage: (message: FramedMessage) => void): (bytes: Buffer) => void {
  let waiting: Buffer[] = [];
  let have = 0;
  let needed = headBytes;
  return (bytes) => {
    waiting.push(bytes);
    have += bytes.length;
    if (have < needed) return;
    let rest = waiting.length === 1 ? bytes : Buffer.concat(waiting);
    needed = headBytes;
    while (rest.length >= headBytes) {
      const length = 4 + rest.readUInt32LE(0);
      if (rest.length < length) {
        needed = length;
        break;
      }
      const frame = rest.subarray(0, length);
      rest = rest.subarray(length);
      onMessage(decodeFrame(frame));
    }
    waiting = rest.length === 0 ? [] : [rest];
    have = rest.length;
  };
}
