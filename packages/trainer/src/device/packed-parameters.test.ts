import { describe, expect, it } from '@jest/globals';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { GraphTrace } from '../ops/tracer.ts';
import { PackedParameters } from './packed-parameters.ts';
import type { Pack } from './packs.ts';

const member = (name: string, shape: number[], start: number) => ({
  name,
  shape,
  start,
  end: start + shape.reduce((a, b) => a * b, 1),
});
const pack = (length: number, members: Pack['members']): Pack => ({
  name: 'pack',
  weightDecay: 0,
  learningRateScale: 1,
  members,
  length,
});

/** What comes out of a pack's parameters when they are cut out and packed again: the vector, and each parameter. */
async function roundTrip(given: Pack) {
  const trace = new GraphTrace();
  const parameters = new PackedParameters(trace, [given]);
  const values = new Map(given.members.map(({ name, shape }) => [name, parameters.parameter(name, shape)]));
  const doubled = (name: string) => {
    const value = values.get(name) ?? trace.scalar(0);
    return trace.emit('Add', [value, value], value.shape);
  };
  const outputs = Object.fromEntries([...values].map(([name, value]) => [`cut_${name}`, value]));
  const model = trace.finish('packs', { ...outputs, vector: parameters.pack(given, doubled) });
  const session = await onnxruntimeCpu.open(writeModel(model));
  const data = Float32Array.from({ length: given.length }, (_, i) => i + 1);
  const results = await session.run({ pack: { type: 'float32', shape: [given.length], data } });
  await session.close();
  return results;
}

describe('PackedParameters', () => {
  it.each([
    ['several, and a rest', pack(1024, [member('a', [3, 5], 0), member('b', [7], 15)])],
    ['one that fills it', pack(1024, [member('a', [32, 32], 0)])],
    ['several that fill it', pack(2048, [member('a', [1024], 0), member('b', [2, 512], 1024)])],
  ])('cuts out and packs %s', async (_, given) => {
    const results = await roundTrip(given);
    const end = given.members.at(-1)?.end ?? 0;
    const expected = Float32Array.from({ length: given.length }, (_, i) => (i < end ? 2 * (i + 1) : 0));
    expect(results.vector.data).toEqual(expected);
    for (const { name, shape, start } of given.members) {
      expect(results[`cut_${name}`].shape).toEqual(shape);
      expect(results[`cut_${name}`].data[0]).toBe(start + 1);
    }
  });
});
