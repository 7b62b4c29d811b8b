import { describe, expect, it } from '@jest/globals';
import { UserError } from '@retort/shared';
import fc from 'fast-check';
import { byteLength, elementTypes } from './elements.ts';
import type { Attribute, Model, TensorValue, ValueInfo } from './model.ts';
import { int, ints, node, string } from './node.ts';
import { readModel } from './read.ts';
import { tensorOf } from './tensor.ts';
import { writeModel } from './write.ts';

const empty: Model = {
  irVersion: 9,
  producer: 'test',
  opsets: { '': 20 },
  metadata: {},
  graph: { name: 'g', inputs: [], outputs: [], initializers: new Map(), nodes: [], values: [] },
};

function withAttributes(attributes: Record<string, Attribute>): Model {
  return { ...empty, graph: { ...empty.graph, nodes: [node('Some', ['x'], ['y'], attributes)] } };
}

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 6 });
const float32 = fc.float({ noNaN: true });
const type = fc.constantFrom(...elementTypes());
const tensor: fc.Arbitrary<TensorValue> = fc
  .tuple(
    type.filter((element) => element !== 'string'),
    fc.array(fc.nat(3), { maxLength: 3 }),
  )
  .chain(([element, shape]) => {
    const length = byteLength(element, shape);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((data) => ({ type: element, shape, data }));
  });
const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc.record({ kind: fc.constant('int' as const), value: fc.maxSafeInteger() }),
  fc.record({ kind: fc.constant('float' as const), value: float32 }),
  fc.record({ kind: fc.constant('string' as const), value: name }),
  fc.record({ kind: fc.constant('ints' as const), value: fc.array(fc.maxSafeInteger()) }),
  fc.record({ kind: fc.constant('floats' as const), value: fc.array(float32) }),
  fc.record({ kind: fc.constant('strings' as const), value: fc.array(name) }),
  fc.record({ kind: fc.constant('tensor' as const), value: tensor }),
);
const dimension = fc.oneof(fc.nat(), name);
const valueInfo: fc.Arbitrary<ValueInfo> = fc.record(
  { name, type, shape: fc.array(dimension) },
  { requiredKeys: ['name', 'type'] },
);
const someNode = fc.record({
  op: name,
  domain: name,
  name: fc.string(),
  inputs: fc.array(fc.string()),
  outputs: fc.array(fc.string()),
  attributes: fc.dictionary(name, attribute, { noNullPrototype: true }),
});
const model: fc.Arbitrary<Model> = fc.record({
  irVersion: fc.nat(),
  producer: fc.string(),
  opsets: fc.dictionary(name, fc.nat(), { minKeys: 1, noNullPrototype: true }),
  metadata: fc.dictionary(name, fc.string(), { noNullPrototype: true }),
  graph: fc.record({
    name: fc.string(),
    inputs: fc.array(valueInfo),
    outputs: fc.array(valueInfo),
    initializers: fc.array(fc.tuple(name, tensor)).map((entries) => new Map(entries)),
    nodes: fc.array(someNode),
    values: fc.array(valueInfo),
  }),
});

describe('writeModel', () => {
  it('writes what readModel reads back, for random models', () => {
    fc.assert(
      fc.property(model, (value) => {
        expect(readModel(writeModel(value))).toEqual(value);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('gives the same bytes in whatever order attributes, opsets and metadata were set', () => {
    const one = {
      ...withAttributes({ a: int(1), b: string('x') }),
      opsets: { '': 20, other: 1 },
      metadata: { k: 'v', l: 'w' },
    };
    const two = {
      ...withAttributes({ b: string('x'), a: int(1) }),
      opsets: { other: 1, '': 20 },
      metadata: { l: 'w', k: 'v' },
    };
    expect(writeModel(two)).toEqual(writeModel(one));
  });

  it('keeps INT64_MAX, the end of old slices', () => {
    const read = readModel(writeModel(withAttributes({ ends: ints([2 ** 63, -1]) })));
    expect(read.graph.nodes[0].attributes.ends).toEqual({ kind: 'ints', value: [2 ** 63, -1] });
  });

  it('refuses an int that is none, naming attribute and node', () => {
    expect(() => writeModel(withAttributes({ axis: int(0.5) }))).toThrow(/"axis" of Some node that makes "y" is 0.5/);
  });

  it('refuses more than a file can hold, before it allocates anything', () => {
    // One buffer, many times over: the sum counts.
    const large = tensorOf('uint8', [2 ** 26], new Uint8Array(2 ** 26));
    const initializers = new Map(Array.from({ length: 32 }, (_, i) => [`w${i}`, large]));
    expect(() => writeModel({ ...empty, graph: { ...empty.graph, initializers } })).toThrow(UserError);
  });
});
