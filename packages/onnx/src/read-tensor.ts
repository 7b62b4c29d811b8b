import { UserError } from '@retort/shared';
import { byteLength, elementTypeOf } from './elements.ts';
import type { ElementType, TensorValue } from './model.ts';
import type { TensorMessage } from './proto.ts';

/** TensorProto.DataLocation.EXTERNAL. */
const external = 1;

/** A TensorProto as a value with raw data, whichever of its fields holds the elements. `what` names it in errors. */
export function readTensor(message: TensorMessage, what: string): TensorValue {
  if (message.dataLocation === external || (message.externalData ?? []).length > 0) {
    const location = message.externalData?.find((entry) => entry.key === 'location')?.value;
    throw new UserError(
      `${what} lies in a file of its own${location === undefined ? '' : ` ("${location}")`}, which is not supported`,
      {
        remedy: 'save the model as one file, for instance by onnx.save_model(..., save_as_external_data=False)',
      },
    );
  }
  const type = elementTypeOf(message.dataType ?? 0);
  if (type === undefined || type === 'string') {
    throw new UserError(`${what} has elements of type ${type ?? message.dataType ?? 0}, which is not supported`, {
      remedy: 'use a numeric type up to 64 bits',
    });
  }
  const shape = (message.dims ?? []).map((length) => {
    if (length < 0n || length > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new UserError(`${what} has a dimension of ${length}`, { remedy: 'write the file again' });
    }
    return Number(length);
  });
  const data = rawData(message, type);
  const expected = byteLength(type, shape);
  if (data.byteLength !== expected) {
    throw new UserError(
      `${what} has ${data.byteLength} bytes of data where ${type} [${shape.join(', ')}] needs ${expected}`,
      {
        remedy: 'the file is damaged: fetch or write it again',
      },
    );
  }
  return { type, shape, data };
}

function rawData(message: TensorMessage, type: ElementType): Uint8Array {
  const raw = message.rawData;
  // A plain Uint8Array, not protobufjs' Buffer: a value should not depend on how it came to be.
  if (raw !== undefined) return new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength);
  const elements = typedElements(message, type);
  return new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
}

/** onnx.proto tells which field holds which types; narrow ones lie in int32_data, 16-bit floats as their bits. */
function typedElements(message: TensorMessage, type: ElementType) {
  switch (type) {
    case 'float32':
      return Float32Array.from(message.floatData ?? []);
    case 'float64':
      return Float64Array.from(message.doubleData ?? []);
    case 'int64':
      return BigInt64Array.from(message.int64Data ?? []);
    case 'uint64':
      return BigUint64Array.from(message.uint64Data ?? []);
    case 'uint32':
      return Uint32Array.from(message.uint64Data ?? [], Number);
    case 'int32':
      return Int32Array.from(message.int32Data ?? []);
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return Uint16Array.from(message.int32Data ?? []);
    default:
      return Uint8Array.from(message.int32Data ?? []);
  }
}
