import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { node } from '@retort/onnx';
import type { HostTensor, Session } from '../executor.ts';
import { onnxruntimeCpu } from '../onnxruntime.ts';
import { testModel } from '../testing/model.ts';
import { hasOpenVino } from '../testing/openvino.ts';
import { openvino, resolvePrecision } from './executor.ts';

const withOpenVino = hasOpenVino ? describe : describe.skip;

/** double = x + x, square = x * x, for x [n] */
const twice = testModel([node('Add', ['x', 'x'], ['double']), node('Mul', ['x', 'x'], ['square'])], {
  outputs: [
    { name: 'double', type: 'float32', shape: ['n'] },
    { name: 'square', type: 'float32', shape: ['n'] },
  ],
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
});
/** y = a b, for a [m, k], b [k, n] */
const product = testModel([node('MatMul', ['a', 'b'], ['y'])], {
  outputs: [{ name: 'y', type: 'float32', shape: ['m', 'n'] }],
  inputs: [
    { name: 'a', type: 'float32', shape: ['m', 'k'] },
    { name: 'b', type: 'float32', shape: ['k', 'n'] },
  ],
});
/** y: places of what is not 0 in x [n]: int64 [1, count] */
const places = testModel([node('NonZero', ['x'], ['y'])], {
  outputs: [{ name: 'y', type: 'int64', shape: [1, 'count'] }],
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
});
/** y = factor (rows columns), for rows [m, k], columns [k, n] and a scalar */
const scaledRows = testModel(
  [node('MatMul', ['rows', 'columns'], ['product']), node('Mul', ['product', 'factor'], ['y'])],
  {
    outputs: [{ name: 'y', type: 'float32', shape: ['m', 'n'] }],
    inputs: [
      { name: 'rows', type: 'float32', shape: ['m', 'k'] },
      { name: 'columns', type: 'float32', shape: ['k', 'n'] },
      { name: 'factor', type: 'float32', shape: [] },
    ],
  },
);
const unknown = testModel([node('Sinful', ['x'], ['y'])], {
  outputs: [{ name: 'y', type: 'float32', shape: ['n'] }],
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
});

const vector = (...values: number[]): HostTensor => ({
  type: 'float32',
  shape: [values.length],
  data: Float32Array.from(values),
});
const matrix = (rows: number, columns: number, data = new Float32Array(rows * columns).fill(1)): HostTensor => ({
  type: 'float32',
  shape: [rows, columns],
  data,
});

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
const cache = join(folder, 'cache');
const before = process.env.OPENVINO_CACHE_DIR;
beforeAll(() => {
  process.env.OPENVINO_CACHE_DIR = cache;
});
afterAll(() => {
  process.env.OPENVINO_CACHE_DIR = before ?? '';
  rmSync(folder, { recursive: true });
});

async function using<T>(session: Promise<Session>, use: (session: Session) => Promise<T>): Promise<T> {
  const opened = await session;
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

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

  describe('in trouble', () => {
    const path = join(folder, 'broken.onnx');

    it.each([
      ['what is no model', () => Buffer.from('no model')],
      ['a truncated model', () => twice.subarray(0, twice.length - 20)],
      ['a model with an unknown operator', () => unknown],
    ])('refuses %s, and says which file', async (_name, content) => {
      writeFileSync(path, content());
      await expect(executor().open(path)).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringContaining('OpenVINO cannot load the model: '),
        place: { file: path },
      });
    });

    it('names the operator that it does not know', async () => {
      await expect(executor().open(unknown)).rejects.toThrow(/Sinful/);
    });

    it('refuses a file that is not there', async () => {
      const missing = join(folder, 'missing.onnx');
      await expect(executor().open(missing)).rejects.toMatchObject({ name: 'UserError', place: { file: missing } });
    });

    it.each(kinds)('refuses an input that is missing, by name, shapes %s', (shapes) =>
      using(executor().open(twice, { shapes }), (session) => expect(session.run({})).rejects.toThrow('"x" is missing')),
    );

    it.each(kinds)('refuses an input of another type, shapes %s', (shapes) =>
      using(executor().open(twice, { shapes }), (session) =>
        expect(session.run({ x: { type: 'int32', shape: [1], data: Int32Array.of(1) } })).rejects.toThrow(
          '"x" is int32, and the model has float32 there',
        ),
      ),
    );

    it('refuses an array that is shorter than its shape', () =>
      using(executor().open(twice), (session) =>
        expect(session.run({ x: { type: 'float32', shape: [9], data: Float32Array.of(1) } })).rejects.toThrow(
          '"x" holds 1 elements of a Float32Array, and its shape is float32 [9]',
        ),
      ));

    it('refuses an array that has been given away', () =>
      using(executor().open(twice), async (session) => {
        const memory = new ArrayBuffer(8);
        const x: HostTensor = { type: 'float32', shape: [2], data: new Float32Array(memory) };
        await session.run({ x });
        structuredClone(memory, { transfer: [memory] });
        await expect(session.run({ x })).rejects.toThrow('"x" holds 0 elements');
      }));

    it('refuses an output that the model has not', () =>
      using(executor().open(twice), (session) =>
        expect(session.run({ x: vector(1) }, { outputs: ['triple'] })).rejects.toThrow(
          'the model has no output "triple"',
        ),
      ));

    it.each(kinds)('refuses memory for an output of another shape, shapes %s', (shapes) =>
      using(executor().open(twice, { shapes }), (session) =>
        expect(session.run({ x: vector(1) }, { into: { double: vector(1, 2) } })).rejects.toThrow(
          '"double" is [1], and the memory given for it is [2]',
        ),
      ),
    );

    it.each(kinds)('refuses shapes that do not fit each other, and goes on, shapes %s', (shapes) =>
      using(executor().open(product, { shapes }), async (session) => {
        await expect(session.run({ a: matrix(2, 3), b: matrix(4, 2) })).rejects.toMatchObject({ name: 'UserError' });
        expect((await session.run({ a: matrix(1, 2), b: matrix(2, 1) })).y.data[0]).toBe(2);
      }),
    );

    it.each(kinds)('tells that the memory does not suffice, and goes on, shapes %s', (shapes) =>
      using(executor().open(product, { shapes }), async (session) => {
        const [rows, columns] = [2 ** 23, 2 ** 23];
        await expect(session.run({ a: matrix(rows, 1), b: matrix(1, columns) }, { outputs: [] })).rejects.toMatchObject(
          { name: 'UserError', message: expect.stringContaining('the memory does not suffice') },
        );
        expect((await session.run({ a: matrix(1, 2), b: matrix(2, 1) })).y.data[0]).toBe(2);
      }),
    );

    it('refuses a run of a closed session', async () => {
      const session = await executor().open(twice);
      await session.close();
      await expect(session.run({ x: vector(1) })).rejects.toThrow('the session is closed');
    });

    it('ends a run under way before it closes', async () => {
      const session = await executor().open(product);
      const run = session.run({ a: matrix(300, 300), b: matrix(300, 300) });
      await session.close();
      expect((await run).y.data[0]).toBe(300);
    });

    it('gives each of several that fail at once its own reason', async () => {
      const junk = join(folder, 'junk.onnx');
      writeFileSync(junk, 'no model');
      const models = [join(folder, 'none.onnx'), unknown, junk, new Uint8Array(0)];
      const reasons = await Promise.all(
        [...models, ...models].map((model) =>
          executor()
            .open(model)
            .then(String, ({ message }: Error) => message),
        ),
      );
      const expected = [
        'Could not open the file',
        'Sinful',
        'Unable to read the model',
        'OpenVINO cannot load the model',
      ];
      expect(reasons).toEqual([...expected, ...expected].map((reason) => expect.stringContaining(reason)));
    });

    it('tells a failure without a reason of its own by no other one', async () => {
      await expect(executor().open(unknown)).rejects.toThrow('Sinful');
      await expect(executor().open(new Uint8Array(0))).rejects.not.toThrow('Sinful');
    });

    it.each([
      [
        'type',
        { type: 'int32', shape: [2], data: new Int32Array(2) },
        '"double" is int32, and the model has float32 there',
      ],
      [
        'length',
        { type: 'float32', shape: [2], data: new Float32Array(1) },
        '"double" holds 1 elements of a Float32Array',
      ],
    ] as const)('refuses memory of another %s for an output whose shape varies', (_, double, message) =>
      using(executor().open(twice), async (session) => {
        await expect(session.run({ x: vector(1, 2) }, { into: { double } })).rejects.toThrow(message);
      }),
    );

    it('finds what it compiled before', async () => {
      await using(executor().open(product), async () => undefined);
      const before = readdirSync(cache);
      await using(executor().open(product), async () => undefined);
      expect([before.length > 0, readdirSync(cache)]).toEqual([true, before]);
    });

    it('opens one model many times at once', async () => {
      const opened = await Promise.all(Array.from({ length: 6 }, () => executor().open(scaledRows)));
      const inputs = { rows: matrix(2, 2), columns: matrix(2, 2), factor: { ...vector(3), shape: [] } };
      const results = await Promise.all(opened.map((session) => session.run(inputs)));
      for (const session of opened) await session.close();
      expect(results.map(({ y }) => y.data[0])).toEqual(Array(6).fill(6));
    });

    it('compiles anew where the cache is damaged', async () => {
      await using(executor().open(twice), async () => undefined);
      for (const name of readdirSync(cache)) {
        chmodSync(join(cache, name), 0o600);
        writeFileSync(join(cache, name), 'damaged');
      }
      await using(executor().open(twice), async (session) => {
        expect((await session.run({ x: vector(1) })).double.data[0]).toBe(2);
      });
    });
  });
});

describe('resolvePrecision', () => {
  const intel = (...flags: string[]) => ({ cpu: 'Intel(R) Xeon(R) Processor', flags });

  it('takes bf16 where OpenVINO offers it and the processor gains by it', () => {
    expect(resolvePrecision('auto', ['FP32', 'BF16'], intel('avx2', 'amx_bf16'))).toBe('bf16');
  });

  it('takes fp32 where OpenVINO would compute bf16 by way of fp32', () => {
    expect(resolvePrecision('auto', ['FP32', 'BF16'], intel('avx512f'))).toBe('fp32');
  });

  it.each([
    ['Intel(R) Xeon(R) Processor', 'fp32'],
    ['AMD EPYC 9R14', 'bf16'],
  ])('takes, with AVX512-BF16 and without AMX, what is faster as far as is known: %s, %s', (cpu, precision) => {
    expect(resolvePrecision('auto', ['FP32', 'BF16'], { cpu, flags: ['avx512f', 'avx512_bf16'] })).toBe(precision);
  });

  it('takes fp32 where the environment keeps OpenVINO from AMX', () => {
    const before = process.env.ONEDNN_MAX_CPU_ISA;
    process.env.ONEDNN_MAX_CPU_ISA = 'AVX512_CORE_BF16';
    try {
      const flags = ['avx512f', 'avx512_bf16', 'amx_bf16'];
      expect(resolvePrecision('auto', ['FP32', 'BF16'], intel(...flags))).toBe('fp32');
    } finally {
      if (before === undefined) delete process.env.ONEDNN_MAX_CPU_ISA;
      else process.env.ONEDNN_MAX_CPU_ISA = before;
    }
  });

  it('takes bf16 there if it is asked for', () => {
    expect(resolvePrecision('bf16', ['FP32', 'BF16'], intel('avx512f'))).toBe('bf16');
  });

  it('refuses bf16 where OpenVINO does not offer it', () => {
    expect(() => resolvePrecision('bf16', ['FP32', 'INT8'], intel('avx2'))).toThrow(
      expect.objectContaining({
        message: 'OpenVINO does not compute in bf16 on this processor',
        place: { field: '--precision' },
      }),
    );
  });

  it('takes fp32 where it is asked for', () => {
    expect(resolvePrecision('fp32', ['FP32', 'BF16'], intel('amx_bf16'))).toBe('fp32');
  });
});
