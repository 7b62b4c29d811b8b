import { describe, expect, it } from '@jest/globals';
import { node, writeModel } from '@retort/onnx';
import { describeMachine } from '@retort/shared';
import type { Executor } from './executor.ts';
import { onnxruntimeCpu } from './onnxruntime.ts';
import { saturates } from './saturation.ts';

/** Multiplies as `vpmaddubsw` does: pairs of products are added up in 16 bits. Keeps the file that it is given. */
function saturatingExecutor(files: (string | Uint8Array)[] = []): Executor {
  return {
    ...onnxruntimeCpu,
    async open(model) {
      files.push(model);
      return {
        inputNames: ['a', 'b'],
        outputNames: ['y'],
        async run({ a, b }) {
          const [rows, depth] = a.shape;
          const columns = b.shape[1];
          const data = new Int32Array(rows * columns);
          for (let i = 0; i < data.length; i++) {
            const [row, column] = [Math.floor(i / columns), i % columns];
            const product = (k: number) => Number(a.data[row * depth + k]) * Number(b.data[k * columns + column]);
            for (let k = 0; k < depth; k += 2) {
              data[i] += Math.max(-32_768, Math.min(32_767, product(k) + product(k + 1)));
            }
          }
          return { y: { type: 'int32', shape: [rows, columns], data } };
        },
        async close() {},
      };
    },
  };
}

describe('saturates', () => {
  it('tells a machine that adds up products in 16 bits', async () => {
    expect(await saturates(saturatingExecutor())).toBe(true);
  });

  it('tells that this machine does so only if it lacks VNNI', async () => {
    const { arch, flags, flagsKnown } = describeMachine();
    const exact = arch !== 'x64' || flags.includes('avx512_vnni') || flags.includes('avx_vnni');
    // Where the flags are unknown, or there is not even AVX2, this test has nothing to compare with.
    const expected = flagsKnown === true && (exact || flags.includes('avx2')) ? !exact : await saturates();
    expect(await saturates()).toBe(expected);
  });

  it('measures once for each executor', async () => {
    const files: (string | Uint8Array)[] = [];
    const executor = saturatingExecutor(files);
    await Promise.all([saturates(executor), saturates(executor)]);
    expect(files).toHaveLength(1);
  });

  it('runs the product that packages/onnx writes', async () => {
    const files: (string | Uint8Array)[] = [];
    await saturates(saturatingExecutor(files));
    const model = writeModel({
      irVersion: 8,
      producer: 'retort',
      opsets: { '': 10 },
      metadata: {},
      graph: {
        name: 'saturation',
        inputs: [
          { name: 'a', type: 'uint8', shape: ['m', 'k'] },
          { name: 'b', type: 'int8', shape: ['k', 'n'] },
        ],
        outputs: [{ name: 'y', type: 'int32', shape: ['m', 'n'] }],
        initializers: new Map(),
        nodes: [node('MatMulInteger', ['a', 'b'], ['y'])],
        values: [],
      },
    });
    expect(Buffer.from(files[0])).toEqual(Buffer.from(model));
  });
});
