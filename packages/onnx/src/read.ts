import { UserError } from '@retort/shared';
import { elementTypeOf } from './elements.ts';
import type { Attribute, Dimension, Graph, Model, Node, TensorValue, ValueInfo } from './model.ts';
import { describeNode } from './node.ts';
import {
  type AttributeMessage,
  attributeCodes,
  decodeModel,
  type GraphMessage,
  type ModelMessage,
  type NodeMessage,
  type ValueInfoMessage,
} from './proto.ts';
import { readTensor } from './read-tensor.ts';

/** BOMs stay, so that what is written back is what was read. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads an ONNX file. Weights are views into `bytes`, not copies: keep `bytes` unchanged. Documentation strings and
 * the producer's version are dropped, a dimension of which the file says nothing gets a name of its own.
 *
 * Throws a UserError if the bytes are no whole ONNX model, or use what `Model` has no place for: data in other files,
 * subgraphs (If, Loop), functions, sparse tensors, sequences.
 */
export function readModel(bytes: Uint8Array, file?: string): Model {
  try {
    return toModel(decode(bytes));
  } catch (error) {
    if (!(error instanceof UserError) || file === undefined) throw error;
    throw new UserError(error.message, { place: { ...error.place, file }, remedy: error.remedy, cause: error.cause });
  }
}

function decode(bytes: Uint8Array): ModelMessage {
  try {
    return decodeModel(bytes);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError(`not a whole ONNX model: ${reason}`, {
      remedy: 'check that the file is an ONNX model and was copied or downloaded to its end',
      cause,
    });
  }
}

function toModel(message: ModelMessage): Model {
  const opsets = (message.opsetImport ?? []).map(({ domain, version }): [string, number] => [
    canonicalDomain(domain),
    exactNumber(version ?? 0n, 'the version of an opset'),
  ]);
  if (message.graph === undefined || message.irVersion === undefined || opsets.length === 0) {
    throw new UserError('not an ONNX model: it has no graph, no IR version or no opset', {
      remedy: 'check that the file is an ONNX model',
    });
  }
  refuse(message.functions, 'functions', 'inline them, for instance by onnx.inliner');
  return {
    irVersion: exactNumber(message.irVersion, 'the IR version'),
    producer: message.producerName ?? '',
    opsets: Object.fromEntries(opsets),
    metadata: Object.fromEntries((message.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    graph: toGraph(message.graph),
  };
}

function toGraph(message: GraphMessage): Graph {
  refuse(message.sparseInitializer, 'sparse initializers', 'store them as dense tensors');
  const initializers = new Map<string, TensorValue>();
  for (const tensor of message.initializer ?? []) {
    const name = tensor.name ?? '';
    if (name === '' || initializers.has(name)) {
      const what = name === '' ? 'an initializer has no name' : `two initializers are named "${name}"`;
      throw new UserError(what, { remedy: 'give each initializer a name of its own' });
    }
    initializers.set(name, readTensor(tensor, `initializer "${name}"`));
  }
  return {
    name: message.name ?? '',
    inputs: (message.input ?? []).map(toValueInfo),
    outputs: (message.output ?? []).map(toValueInfo),
    initializers,
    nodes: (message.node ?? []).map(toNode),
    values: (message.valueInfo ?? []).map(toValueInfo),
  };
}

function toNode(message: NodeMessage): Node {
  const bare: Node = {
    op: message.opType ?? '',
    domain: canonicalDomain(message.domain),
    name: message.name ?? '',
    inputs: message.input ?? [],
    outputs: message.output ?? [],
    attributes: {},
  };
  const attributes = new Map<string, Attribute>();
  for (const attribute of message.attribute ?? []) {
    const name = attribute.name ?? '';
    const what = `attribute "${name}" of ${describeNode(bare)}`;
    if (attributes.has(name)) throw new UserError(`${what} is given twice`, { remedy: 'remove one of the two' });
    attributes.set(name, toAttribute(attribute, what));
  }
  return { ...bare, attributes: Object.fromEntries(attributes) };
}

function toAttribute(message: AttributeMessage, what: string): Attribute {
  switch (message.type) {
    case attributeCodes.int:
      return { kind: 'int', value: exactNumber(message.i ?? 0n, what) };
    case attributeCodes.float:
      return { kind: 'float', value: message.f ?? 0 };
    case attributeCodes.string:
      return { kind: 'string', value: text(message.s ?? new Uint8Array(), what) };
    case attributeCodes.ints:
      return { kind: 'ints', value: (message.ints ?? []).map((value) => exactNumber(value, what)) };
    case attributeCodes.floats:
      return { kind: 'floats', value: message.floats ?? [] };
    case attributeCodes.strings:
      return { kind: 'strings', value: (message.strings ?? []).map((value) => text(value, what)) };
    case attributeCodes.tensor:
      return { kind: 'tensor', value: readTensor(message.t ?? {}, what) };
    default:
      throw new UserError(`${what} is of kind ${message.type ?? 0}, which is not supported (a subgraph is of kind 5)`, {
        remedy: 'export the model without control flow, sparse tensors and sequences',
      });
  }
}

function toValueInfo(message: ValueInfoMessage): ValueInfo {
  const name = message.name ?? '';
  const code = message.type?.tensorType?.elemType ?? 0;
  const type = elementTypeOf(code);
  if (type === undefined) {
    throw new UserError(`value "${name}" is not a tensor of a supported type (its type's number is ${code})`, {
      remedy: 'export the model with tensors of plain numeric types as inputs and outputs',
    });
  }
  const dimensions = message.type?.tensorType?.shape;
  if (dimensions === undefined) return { name, type };
  const shape = (dimensions.dim ?? []).map(({ dimValue, dimParam }, axis): Dimension => {
    if (dimParam !== undefined && dimParam !== '') return dimParam;
    return dimValue === undefined
      ? `${name}_dim${axis}`
      : exactNumber(dimValue, `dimension ${axis} of value "${name}"`);
  });
  return { name, type, shape };
}

/** `ai.onnx` is another name of the default domain. */
function canonicalDomain(domain: string | undefined): string {
  return domain === undefined || domain === 'ai.onnx' ? '' : domain;
}

/** INT64_MAX, "to the end" in old slices, becomes 2^63; writing turns it back. */
function exactNumber(value: bigint, what: string): number {
  const number = Number(value);
  if (BigInt(number) !== value && value !== 2n ** 63n - 1n) {
    throw new UserError(`${what} is ${value}, which a number cannot hold exactly`, { remedy: 'use values below 2^53' });
  }
  return number;
}

function text(bytes: Uint8Array, what: string): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new UserError(`${what} is not UTF-8 text`, { remedy: 'store binary data as a tensor', cause });
  }
}

function refuse(list: readonly unknown[] | undefined, what: string, remedy: string): void {
  if (list !== undefined && list.length > 0)
    throw new UserError(`the model has ${what}, which are not supported`, { remedy });
}
