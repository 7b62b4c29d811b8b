import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '@retort/shared';
import fc from 'fast-check';
import { encodeMessage } from './proto.ts';
import { readModel } from './read.ts';
import { floatsOf, int8sOf, int64sOf } from './tensor.ts';
import { writeModel } from './write.ts';

const golden = new Uint8Array(readFileSync(new URL('../golden/every-operator.onnx', import.meta.url)));
const opsetImport = [{ domain: '', version: 20 }];

/** A model file around the given parts of a GraphProto. */
function file(graph: object, more: object = {}): Uint8Array {
  return encodeMessage('ModelProto', { irVersion: 9, opsetImport, graph: { name: 'g', ...graph }, ...more });
}

describe('readModel', () => {
  const model = readModel(golden);
  const nodeNamed = (name: string) => model.graph.nodes.find((node) => node.name === name);

  it('reads the header', () => {
    expect(model.irVersion).toBe(9);
    expect(model.producer).toBe('golden');
    expect(model.opsets).toEqual({ '': 20, 'com.microsoft': 1 });
  });

  it('reads inputs and outputs with named dimensions', () => {
    expect(model.graph.inputs).toEqual([
      { name: 'x', type: 'float32', shape: ['batch', 'length', 8] },
      { name: 'ids', type: 'int64', shape: ['batch', 'length'] },
      { name: 'row', type: 'float32', shape: ['batch', 8] },
    ]);
    expect(model.graph.outputs.map((output) => output.name)).toEqual(['LayerNormalization0_0', 'Gemm0_0']);
  });

  it('reads a node with its attributes', () => {
    expect(nodeNamed('FusedMatMul0')).toEqual({
      op: 'FusedMatMul',
      domain: 'com.microsoft',
      name: 'FusedMatMul0',
      inputs: ['x', 'x'],
      outputs: ['FusedMatMul0_0'],
      attributes: { alpha: { kind: 'float', value: 0.5 }, transB: { kind: 'int', value: 1 } },
    });
    expect(nodeNamed('Gelu0')?.attributes).toEqual({ approximate: { kind: 'string', value: 'tanh' } });
    expect(nodeNamed('Transpose0')?.attributes).toEqual({ perm: { kind: 'ints', value: [0, 2, 1, 3] } });
  });

  it('keeps the places of outputs that are left out', () => {
    expect(nodeNamed('SkipLayerNormalization0')?.outputs).toEqual([
      'SkipLayerNormalization0_0',
      '',
      '',
      'SkipLayerNormalization0_3',
    ]);
  });

  it('turns float_data, int64_data and int32_data into raw data', () => {
    const tensor = (name: string) =>
      model.graph.initializers.get(name) ?? { type: 'bool', shape: [], data: new Uint8Array() };
    expect(Array.from(int64sOf(tensor('i_m1')))).toEqual([-1n]);
    expect(Array.from(int64sOf(tensor('seven')))).toEqual([7n]);
    expect(Array.from(int8sOf(tensor('zero')))).toEqual([0]);
    expect(tensor('vector').shape).toEqual([8]);
    // Printed by numpy when the file was made.
    expect(floatsOf(tensor('vector'))[0]).toBeCloseTo(1.39881, 5);
  });

  it('reads 16-bit floats and unsigned numbers from their typed fields', () => {
    const initializer = [
      { name: 'half', dims: [2], dataType: 10, int32Data: [0x3c00, 0xc000] },
      { name: 'wide', dims: [1], dataType: 13, uint64Data: ['18446744073709551615'] },
      { name: 'double', dims: [], dataType: 11, doubleData: [0.1] },
    ];
    const { initializers } = readModel(file({ initializer })).graph;
    expect(initializers.get('half')?.data).toEqual(new Uint8Array([0, 0x3c, 0, 0xc0]));
    expect(initializers.get('wide')?.data).toEqual(new Uint8Array(8).fill(255));
    expect(initializers.get('double')?.data).toEqual(new Uint8Array(new Float64Array([0.1]).buffer));
  });

  it('points into the bytes instead of copying the weights', () => {
    const bytes = file({ initializer: [{ name: 'w', dims: [4], dataType: 2, rawData: new Uint8Array([1, 2, 3, 4]) }] });
    expect(readModel(bytes).graph.initializers.get('w')?.data.buffer).toBe(bytes.buffer);
  });

  it('names a dimension that the file leaves open', () => {
    const input = [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{}, { dimValue: 0 }] } } } }];
    expect(readModel(file({ input })).graph.inputs[0].shape).toEqual(['x_dim0', 0]);
  });

  it('takes ai.onnx for the default domain', () => {
    const bytes = file(
      { node: [{ opType: 'Relu', domain: 'ai.onnx' }] },
      { opsetImport: [{ domain: 'ai.onnx', version: 17 }] },
    );
    expect(readModel(bytes).opsets).toEqual({ '': 17 });
    expect(readModel(bytes).graph.nodes[0].domain).toBe('');
  });
});

describe('readModel refuses', () => {
  const refusal = (bytes: Uint8Array): UserError => {
    try {
      readModel(bytes, 'some.onnx');
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
    throw new Error('nothing was thrown');
  };

  it('an empty file, by its name', () => {
    const error = refusal(new Uint8Array());
    expect(error.message).toMatch(/not an ONNX model/);
    expect(error.place.file).toBe('some.onnx');
  });

  it('a file cut off anywhere', () => {
    const whole = writeModel(readModel(golden));
    for (let length = 0; length < whole.length; length += 7) refusal(whole.subarray(0, length));
    expect(refusal(whole.subarray(0, whole.length - 1)).message).toMatch(/not a whole ONNX model/);
  });

  it('a file of another format', () => {
    refusal(new TextEncoder().encode('{"model_type": "bert"}'));
    refusal(new Uint8Array([0x50, 0x4b, 3, 4, 20, 0, 0, 0]));
  });

  it('weights in another file, naming both', () => {
    const initializer = [
      { name: 'w', dims: [1], dataType: 1, dataLocation: 1, externalData: [{ key: 'location', value: 'w.bin' }] },
    ];
    const error = refusal(file({ initializer }));
    expect(error.message).toMatch(/"w".*"w\.bin"/);
    expect(error.remedy).toMatch(/one file/);
  });

  it('weights that are shorter than their shape', () => {
    const initializer = [{ name: 'w', dims: [2, 3], dataType: 1, rawData: new Uint8Array(20) }];
    expect(refusal(file({ initializer })).message).toMatch(/"w" has 20 bytes .* float32 \[2, 3\] needs 24/);
  });

  it('two initializers of one name', () => {
    const tensor = { name: 'w', dims: [0], dataType: 1 };
    expect(refusal(file({ initializer: [tensor, tensor] })).message).toMatch(/two initializers are named "w"/);
  });

  it('names that are not UTF-8', () => {
    const name = file({ node: [{ opType: 'Relu', name: 'some name' }] });
    const at = Buffer.from(name).indexOf('some name');
    name[at] = 0xff;
    expect(refusal(name).message).toMatch(/not a whole ONNX model/);
  });

  it('subgraphs, naming the node', () => {
    const node = [{ opType: 'If', name: 'choice', output: ['y'], attribute: [{ name: 'then_branch', type: 5 }] }];
    expect(refusal(file({ node })).message).toMatch(/"then_branch" of If node "choice" is of kind 5/);
  });

  it('functions', () => {
    expect(refusal(file({}, { functions: [new Uint8Array([1])] })).message).toMatch(/functions/);
  });

  it('sequences as inputs', () => {
    expect(refusal(file({ input: [{ name: 'list', type: {} }] })).message).toMatch(/"list" is not a tensor/);
  });

  it('whatever random bytes hold, by no other error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => readModel(bytes)).toThrow(UserError);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('damaged models by no other error', () => {
    const whole = golden.subarray(0);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        try {
          readModel(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
