import protobuf from 'protobufjs';

/**
 * The part of onnx.proto that this package reads and writes, as protobufjs wants it. Field numbers are those of
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 *
 * Fields that are only looked at to refuse them (subgraphs, sparse tensors, functions, sequences) are declared as bytes:
 * on the wire a message is bytes, and nothing of it need be decoded.
 */
const messages = {
  ModelProto: {
    fields: {
      irVersion: { type: 'int64', id: 1 },
      producerName: { type: 'string', id: 2 },
      graph: { type: 'GraphProto', id: 7 },
      opsetImport: { rule: 'repeated', type: 'OperatorSetIdProto', id: 8 },
      metadataProps: { rule: 'repeated', type: 'StringStringEntryProto', id: 14 },
      functions: { rule: 'repeated', type: 'bytes', id: 25 },
    },
  },
  OperatorSetIdProto: {
    fields: { domain: { type: 'string', id: 1 }, version: { type: 'int64', id: 2 } },
  },
  StringStringEntryProto: {
    fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } },
  },
  GraphProto: {
    fields: {
      node: { rule: 'repeated', type: 'NodeProto', id: 1 },
      name: { type: 'string', id: 2 },
      initializer: { rule: 'repeated', type: 'TensorProto', id: 5 },
      input: { rule: 'repeated', type: 'ValueInfoProto', id: 11 },
      output: { rule: 'repeated', type: 'ValueInfoProto', id: 12 },
      valueInfo: { rule: 'repeated', type: 'ValueInfoProto', id: 13 },
      sparseInitializer: { rule: 'repeated', type: 'bytes', id: 15 },
    },
  },
  NodeProto: {
    fields: {
      input: { rule: 'repeated', type: 'string', id: 1 },
      output: { rule: 'repeated', type: 'string', id: 2 },
      name: { type: 'string', id: 3 },
      opType: { type: 'string', id: 4 },
      attribute: { rule: 'repeated', type: 'AttributeProto', id: 5 },
      domain: { type: 'string', id: 7 },
      overload: { type: 'string', id: 8 },
    },
  },
  AttributeProto: {
    fields: {
      name: { type: 'string', id: 1 },
      f: { type: 'float', id: 2 },
      i: { type: 'int64', id: 3 },
      s: { type: 'bytes', id: 4 },
      t: { type: 'TensorProto', id: 5 },
      g: { type: 'bytes', id: 6 },
      floats: { rule: 'repeated', type: 'float', id: 7 },
      ints: { rule: 'repeated', type: 'int64', id: 8 },
      strings: { rule: 'repeated', type: 'bytes', id: 9 },
      type: { type: 'int32', id: 20 },
    },
  },
  TensorProto: {
    fields: {
      dims: { rule: 'repeated', type: 'int64', id: 1 },
      dataType: { type: 'int32', id: 2 },
      floatData: { rule: 'repeated', type: 'float', id: 4 },
      int32Data: { rule: 'repeated', type: 'int32', id: 5 },
      int64Data: { rule: 'repeated', type: 'int64', id: 7 },
      name: { type: 'string', id: 8 },
      rawData: { type: 'bytes', id: 9 },
      doubleData: { rule: 'repeated', type: 'double', id: 10 },
      uint64Data: { rule: 'repeated', type: 'uint64', id: 11 },
      externalData: { rule: 'repeated', type: 'StringStringEntryProto', id: 13 },
      dataLocation: { type: 'int32', id: 14 },
    },
  },
  ValueInfoProto: {
    fields: { name: { type: 'string', id: 1 }, type: { type: 'TypeProto', id: 2 } },
  },
  TypeProto: {
    fields: { tensorType: { type: 'TensorTypeProto', id: 1 } },
  },
  TensorTypeProto: {
    fields: { elemType: { type: 'int32', id: 1 }, shape: { type: 'TensorShapeProto', id: 2 } },
  },
  TensorShapeProto: {
    fields: { dim: { rule: 'repeated', type: 'DimensionProto', id: 1 } },
  },
  DimensionProto: {
    fields: { dimValue: { type: 'int64', id: 1 }, dimParam: { type: 'string', id: 2 } },
  },
};

// The messages as they are read. Everything may be missing in a file, hence all is optional.
export interface ModelMessage {
  irVersion?: bigint;
  producerName?: string;
  graph?: GraphMessage;
  opsetImport?: { domain?: string; version?: bigint }[];
  metadataProps?: { key?: string; value?: string }[];
  functions?: Uint8Array[];
}

export interface GraphMessage {
  node?: NodeMessage[];
  name?: string;
  initializer?: TensorMessage[];
  input?: ValueInfoMessage[];
  output?: ValueInfoMessage[];
  valueInfo?: ValueInfoMessage[];
  sparseInitializer?: Uint8Array[];
}

export interface NodeMessage {
  input?: string[];
  output?: string[];
  name?: string;
  opType?: string;
  attribute?: AttributeMessage[];
  domain?: string;
  overload?: string;
}

export interface AttributeMessage {
  name?: string;
  f?: number;
  i?: bigint;
  s?: Uint8Array;
  t?: TensorMessage;
  floats?: number[];
  ints?: bigint[];
  strings?: Uint8Array[];
  type?: number;
}

export interface TensorMessage {
  dims?: bigint[];
  dataType?: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: bigint[];
  name?: string;
  rawData?: Uint8Array;
  doubleData?: number[];
  uint64Data?: bigint[];
  externalData?: { key?: string; value?: string }[];
  dataLocation?: number;
}

export interface ValueInfoMessage {
  name?: string;
  type?: { tensorType?: { elemType?: number; shape?: { dim?: { dimValue?: bigint; dimParam?: string }[] } } };
}

/** AttributeProto.AttributeType. */
export const attributeCodes = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

/** Edition 2023: zeros are written where they are given, lists are packed, strings are checked to be UTF-8. */
const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(Object.entries(messages).map(([name, type]) => [name, { ...type, edition: '2023' }])),
});

/** Decodes a ModelProto. Tensors keep pointing into `bytes`. Throws whatever protobufjs throws. */
export function decodeModel(bytes: Uint8Array): ModelMessage {
  const type = root.lookupType('ModelProto');
  // A Buffer, since protobufjs slices those without copying.
  const message = type.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return type.toObject(message, { longs: BigInt });
}

/** A message to be written; 64-bit integers beyond 2^53 as decimal strings. */
export type Fields = Readonly<Record<string, unknown>>;

export function encodeMessage(type: 'ModelProto' | 'GraphProto' | 'TensorProto', fields: Fields): Uint8Array {
  return root.lookupType(type).encode(fields).finish();
}
