import { UserError } from '@retort/shared';
import { elementCode } from './elements.ts';
import type { Attribute, Model, Node, TensorValue, ValueInfo } from './model.ts';
import { describeNode } from './node.ts';
import { attributeCodes, encodeMessage, type Fields } from './proto.ts';

/** What protobuf and every reader of it can hold in one message. */
const limit = 2 ** 31 - 1;

/**
 * Writes an ONNX file. Equal models give equal bytes: attributes, opsets and metadata are written in the order of their names.
 * The weights are copied once, into the result; nothing else of their size is allocated.
 *
 * Throws a UserError if the file would pass 2 GB, the limit of a file that holds its weights itself.
 */
export function writeModel(model: Model): Uint8Array {
  const graph = graphParts(model);
  const head = encodeMessage('ModelProto', {
    irVersion: model.irVersion,
    producerName: model.producer,
    opsetImport: sortedEntries(model.opsets).map(([domain, version]) => ({ domain, version })),
    metadataProps: sortedEntries(model.metadata).map(([key, value]) => ({ key, value })),
  });
  return join([head, ...field(7, graph)]);
}

/** GraphProto: the fields of a message may come in any order, so the heavy initializers are put behind what protobufjs encodes. */
function graphParts({ graph }: Model): Uint8Array[] {
  const parts = [
    encodeMessage('GraphProto', {
      node: graph.nodes.map(nodeFields),
      name: graph.name,
      input: graph.inputs.map(valueInfoFields),
      output: graph.outputs.map(valueInfoFields),
      valueInfo: graph.values.map(valueInfoFields),
    }),
  ];
  for (const [name, tensor] of graph.initializers) {
    const head = encodeMessage('TensorProto', { ...tensorHead(tensor), name });
    parts.push(...field(5, [head, ...field(9, [tensor.data])]));
  }
  return parts;
}

/** A length-delimited field of `parts` end to end. */
function field(id: number, parts: readonly Uint8Array[]): Uint8Array[] {
  const length = totalLength(parts);
  return [Uint8Array.from([...varint(id * 8 + 2), ...varint(length)]), ...parts];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function totalLength(parts: readonly Uint8Array[]): number {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  if (length > limit) {
    throw new UserError(`the model is of ${length} bytes, and an ONNX file holds at most ${limit}`, {
      remedy: 'use a smaller model, or store its weights in fewer bits',
    });
  }
  return length;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(totalLength(parts));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

function nodeFields(node: Node): Fields {
  const attribute = sortedEntries(node.attributes).map(([name, value]) => ({
    name,
    type: attributeCodes[value.kind],
    ...attributeValue(value, () => `attribute "${name}" of ${describeNode(node)}`),
  }));
  const { inputs: input, outputs: output, op: opType, name, domain } = node;
  return { input, output, opType, attribute, ...(name === '' ? {} : { name }), ...(domain === '' ? {} : { domain }) };
}

function attributeValue(attribute: Attribute, what: () => string): Fields {
  switch (attribute.kind) {
    case 'int':
      return { i: int64(attribute.value, what) };
    case 'float':
      return { f: attribute.value };
    case 'string':
      return { s: Buffer.from(attribute.value) };
    case 'ints':
      return { ints: attribute.value.map((value) => int64(value, what)) };
    case 'floats':
      return { floats: attribute.value };
    case 'strings':
      return { strings: attribute.value.map((value) => Buffer.from(value)) };
    case 'tensor':
      return { t: { ...tensorHead(attribute.value), rawData: attribute.value.data } };
  }
}

function tensorHead(tensor: TensorValue): Fields {
  return { dims: tensor.shape, dataType: elementCode(tensor.type) };
}

function valueInfoFields({ name, type, shape }: ValueInfo): Fields {
  const dim = shape?.map((length) => (typeof length === 'number' ? { dimValue: length } : { dimParam: length }));
  return {
    name,
    type: { tensorType: { elemType: elementCode(type), ...(dim === undefined ? {} : { shape: { dim } }) } },
  };
}

/** protobufjs takes large integers as decimal strings. 2^63 stands for INT64_MAX, as `readModel` tells. */
function int64(value: number, what: () => string): number | string {
  if (Number.isSafeInteger(value)) return value;
  if (value === 2 ** 63) return String(2n ** 63n - 1n);
  if (!Number.isInteger(value) || Math.abs(value) > 2 ** 63) {
    throw new UserError(`${what()} is ${value}, not a 64-bit integer`, { remedy: 'give a whole number' });
  }
  return String(BigInt(value));
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
