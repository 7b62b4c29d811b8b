import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ownCache } from '../../test/own-cache.ts';
import type { HostTensor } from '../executor.ts';
import { onnxruntimeCpu } from '../onnxruntime.ts';
import { hasOpenVino } from '../testing/openvino.ts';
import { matrix, places, product, scaledRows, twice, using, vector } from '../testing/small-models.ts';
import { openvino } from './executor.ts';

const withOpenVino = hasOpenVino ? describe : describe.skip;
const { folder } = ownCache();

withOpenVino('openvino', () => {
  const executor = () => openvino('fp32');
  const kinds = [['any'], ['fixed']] as const;

  it('names its version', () => {
    expect(executor().version).toMatch(/^20\d\d\.\d+\.\d+/);
  });

  it.each(kinds)('runs a model from memory, shapes %s', (shapes) =>
    using(executor().open(twice, { shapes }), async (session) => {
      const { double, square } = await session.run({ x: vector(1, 2, 3) });
      expect([[...double.data], [...square.data]]).toEqual([
        [2, 4, 6],
        [1, 4, 9],
      ]);
    }),
  );

  it('runs a model from a file', () => {
    const path = join(folder, 'model.onnx');
    writeFileSync(path, twice);
    return using(executor().open(path), async (session) => {
      expect([session.inputNames, session.outputNames]).toEqual([['x'], ['double', 'square']]);
    });
  });

  it.each(kinds)('gives the outputs that are asked for, shapes %s', (shapes) =>
    using(executor().open(twice, { shapes }), async (session) => {
      expect(Object.keys(await session.run({ x: vector(1) }, { outputs: ['square'] }))).toEqual(['square']);
    }),
  );

  it.each(kinds)('writes outputs into memory that it is given, beside those that it returns, shapes %s', (shapes) =>
    using(executor().open(twice, { shapes }), async (session) => {
      const memory = new Float32Array(5);
      const into = { double: { type: 'float32', shape: [3], data: memory.subarray(1, 4) } } as const;
      const results = await session.run({ x: vector(1, 2, 3) }, { outputs: ['square'], into });
      expect([...memory]).toEqual([0, 2, 4, 6, 0]);
      expect(results.double).toBe(into.double);
      expect([...results.square.data]).toEqual([1, 4, 9]);
    }),
  );

  it.each(kinds)('leaves alone what an earlier run returned, shapes %s', (shapes) =>
    using(executor().open(twice, { shapes }), async (session) => {
      const { double } = await session.run({ x: vector(1, 2) });
      await session.run({ x: vector(5, 6) });
      expect([...double.data]).toEqual([2, 4]);
    }),
  );

  it.each(kinds)('sees what has been written into an input since the last run, shapes %s', (shapes) =>
    using(executor().open(twice, { shapes }), async (session) => {
      const x = vector(1, 2);
      await session.run({ x });
      x.data[0] = 7;
      expect([...(await session.run({ x })).double.data]).toEqual([14, 4]);
    }),
  );

  it.each(kinds)('runs with shapes that it has not seen, shapes %s', (shapes) =>
    using(executor().open(twice, { shapes }), async (session) => {
      for (const length of [3, 1, 7, 3]) {
        const { double } = await session.run({ x: vector(...Array(length).fill(2)) });
        expect([...double.data]).toEqual(Array(length).fill(4));
      }
    }),
  );

  it('fixes the shapes around those that vary, and those around scalars', () =>
    using(executor().open(scaledRows, { shapes: 'fixed', varying: ['rows'] }), async (session) => {
      for (const rows of [2, 3, 1]) {
        const factor: HostTensor = { type: 'float32', shape: [], data: Float32Array.of(10) };
        const { y } = await session.run({ rows: matrix(rows, 2), columns: matrix(2, 4), factor });
        expect(y).toEqual(matrix(rows, 4, new Float32Array(rows * 4).fill(20)));
      }
    }));

  it('fixes nothing where all shapes that it might are scalars', () =>
    using(executor().open(scaledRows, { shapes: 'fixed', varying: ['rows', 'columns'] }), async (session) => {
      const factor: HostTensor = { type: 'float32', shape: [], data: Float32Array.of(3) };
      const { y } = await session.run({ rows: matrix(1, 2), columns: matrix(2, 1), factor });
      expect([...y.data]).toEqual([6]);
    }));

  it('goes on with a shape whose compiled graph has been dropped for others', () =>
    using(executor().open(twice, { shapes: 'fixed' }), async (session) => {
      const lengths = [...Array(12).keys()].map((i) => i + 1);
      for (const length of [...lengths, ...lengths]) {
        expect((await session.run({ x: vector(...Array(length).fill(1)) })).double.data.length).toBe(length);
      }
    }));

  it.each(kinds)('gives outputs whose size only the data tell, shapes %s', (shapes) =>
    using(executor().open(places, { shapes }), async (session) => {
      const { y } = await session.run({ x: vector(0, 3, 0, 0, 5) });
      expect(y).toEqual({ type: 'int64', shape: [1, 2], data: BigInt64Array.of(1n, 4n) });
      const into = { y: { type: 'int64', shape: [1, 1], data: new BigInt64Array(1) } } as const;
      expect(await session.run({ x: vector(0, 3, 0) }, { into })).toEqual({ y: into.y });
      expect(into.y.data[0]).toBe(1n);
    }),
  );

  it.each(kinds)('takes empty tensors, shapes %s', (shapes) =>
    using(executor().open(twice, { shapes }), async (session) => {
      expect((await session.run({ x: vector() })).double).toEqual({
        type: 'float32',
        shape: [0],
        data: new Float32Array(0),
      });
    }),
  );

  it('leaves the event loop free while it computes', () =>
    using(executor().open(product, { threads: 1 }), async (session) => {
      let turns = 0;
      const timer = setInterval(() => turns++, 1);
      await session.run({ a: matrix(1500, 1500), b: matrix(1500, 1500) });
      clearInterval(timer);
      expect(turns).toBeGreaterThan(0);
    }));

  it('gives the products that onnxruntime gives', async () => {
    const inputs = {
      a: matrix(
        17,
        33,
        Float32Array.from({ length: 17 * 33 }, (_, i) => Math.sin(i)),
      ),
      b: matrix(
        33,
        5,
        Float32Array.from({ length: 33 * 5 }, (_, i) => Math.cos(i)),
      ),
    };
    const theirs = await using(onnxruntimeCpu.open(product), (session) => session.run(inputs));
    const ours = await using(executor().open(product), (session) => session.run(inputs));
    for (const [i, value] of ours.y.data.entries()) expect(value).toBeCloseTo(Number(theirs.y.data[i]), 5);
  });

  it('answers runs that are asked for at once, each with its own', () =>
    using(executor().open(twice), async (session) => {
      const all = await Promise.all([1, 2, 3].map((value) => session.run({ x: vector(value) })));
      expect(all.map(({ double }) => double.data[0])).toEqual([2, 4, 6]);
    }));
});
