import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { elementCode, int, type Model, node, tensorOf, writeModel } from '@retort/onnx';
import type { HostTensor, Tensors } from '../executor.ts';
import { hasOpenVino } from '../testing/openvino.ts';
import { compileModel } from './compile.ts';
import { type PoolOptions, SessionPool, type Wanted } from './pool.ts';
import { SessionWorker, type Task, WorkerDied } from './worker-client.ts';

const typescript = new URL('../../../../tools/jest/typescript.js', import.meta.url);
const nodeArguments = ['--no-warnings', '--conditions=@retort/source', '--import', typescript.href];

let folder: string;
const file = () => join(folder, 'double.onnx');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const value = (name: string) => ({ name, type: 'float32' as const, shape: ['n'] });
  const graph = { name: 'test', inputs: [value('x')], outputs: [value('double')], initializers: new Map(), values: [] };
  const model = { irVersion: 8, producer: 'test', opsets: { '': 17 }, metadata: {} };
  writeFileSync(file(), writeModel({ ...model, graph: { ...graph, nodes: [node('Add', ['x', 'x'], ['double'])] } }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Attention of x [batch, length, 8] W to itself, with weights that are large enough for a file of their own. */
function attentionModel(): Model {
  const y = { name: 'y', type: 'float32', shape: ['batch', 'length', 64] } as const;
  const inputs = [
    { name: 'x', type: 'float32', shape: ['batch', 'length', 8] },
    { name: 'attention_mask', type: 'int64', shape: ['batch', 'length'] },
  ] as const;
  const heads = { num_heads: int(2) };
  const nodes = [
    node('MatMul', ['x', 'w'], ['h']),
    node('Cast', ['attention_mask'], ['mask'], { to: int(elementCode('int32')) }),
    node('MultiHeadAttention', ['h', 'h', 'h', '', 'mask'], ['y'], heads, { domain: 'com.microsoft' }),
  ];
  const weights = Float32Array.from({ length: 8 * 64 }, (_, i) => Math.cos(i * i));
  const initializers = new Map([['w', tensorOf('float32', [8, 64], weights)]]);
  const graph = { name: 'test', inputs, outputs: [y], initializers, nodes, values: [] };
  return { irVersion: 8, producer: 'test', opsets: { '': 17, 'com.microsoft': 1 }, metadata: {}, graph };
}

/** A promise that somebody else keeps. */
function later() {
  let keep: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    keep = done;
  });
  return { promise, keep: () => keep() };
}

/** A pool with a queue before it. */
async function withPool<T>(
  use: (pool: SessionPool, run: (x: number, cost?: number) => Promise<number>) => Promise<T>,
  options: Partial<PoolOptions> = {},
): Promise<T> {
  const queue: Task[] = [];
  const next = ({ most = Number.POSITIVE_INFINITY }: Wanted) => {
    const i = queue.findIndex(({ cost = 0 }) => cost <= most);
    return i < 0 ? undefined : queue.splice(i, 1)[0];
  };
  const pool = new SessionPool(
    { next, waiting: () => queue.length, requests: () => queue.length },
    { workers: 2, nodeArguments, ...options },
  );
  const run = (x: number, cost?: number) =>
    new Promise<number>((resolve, reject) => {
      const input: HostTensor = { type: 'float32', shape: [1], data: Float32Array.of(x) };
      queue.push({
        model: 'double',
        inputs: { x: input },
        outputs: ['double'],
        cost,
        resolve: ({ outputs }) => resolve(Number(outputs.double.data[0])),
        reject,
      });
      pool.wake();
    });
  try {
    await pool.open('double', { file: file() });
    return await use(pool, run);
  } finally {
    pool.end();
  }
}

describe.each(['process', 'thread'] as const)('a pool of %s workers', (kind) => {
  it('answers every task with its own result', async () => {
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    const doubled = await withPool((_, run) => Promise.all(numbers.map((x) => run(x))), { kind });
    expect(doubled).toEqual(numbers.map((x) => 2 * x));
  });

  it('refuses what is no model, and goes on', async () => {
    writeFileSync(join(folder, 'broken.onnx'), 'no model');
    await withPool(
      async (pool, run) => {
        await expect(pool.open('broken', { file: join(folder, 'broken.onnx') })).rejects.toMatchObject({
          name: 'UserError',
        });
        expect(await run(4)).toBe(8);
      },
      { kind },
    );
  });
});

describe('a pool', () => {
  it('answers what workers had under way that were killed, by those that take their place', async () => {
    const numbers = Array.from({ length: 200 }, (_, i) => i);
    const { promise: restarted, keep } = later();
    await withPool(
      async (pool, run) => {
        const all = Promise.all(numbers.map((x) => run(x)));
        expect(pool.pids).toHaveLength(2);
        for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
        expect(await all).toEqual(numbers.map((x) => 2 * x));
        await restarted;
      },
      { onRestart: keep },
    );
  });

  it.each([
    ['SIGTERM', 1],
    ['SIGKILL', 0],
  ] as const)('tells of a worker that was ended by %s: %s', async (signal, times) => {
    const { promise: restarted, keep } = later();
    let told = 0;
    await withPool(
      async (pool) => {
        process.kill(pool.pids[0], signal);
        await restarted;
        expect(told).toBe(times);
      },
      { workers: 1, onRestart: keep, onTerminated: () => told++ },
    );
  });

  it('tries again where no process can be started, and breaks nothing', async () => {
    const tooLong = ['x'.repeat(1 << 20)]; // Longer than an argument may be: `spawn` throws, as it does where memory is short.
    const pool = new SessionPool(
      { next: () => undefined, waiting: () => 0, requests: () => 0 },
      { workers: 1, nodeArguments: tooLong },
    );
    const opened = pool.open('double', { file: file() });
    await expect(opened).rejects.toThrow('a worker has died: spawn E2BIG');
    pool.end();
  });

  it('closes a model also in a worker that is just starting', async () => {
    const { promise: restarted, keep } = later();
    await withPool(
      async (pool, run) => {
        process.kill(pool.pids[0], 'SIGKILL');
        while (pool.ready > 0) await turn();
        await pool.close('double');
        await restarted;
        await expect(run(1)).rejects.toThrow('no model "double" is open here');
      },
      { workers: 1, onRestart: keep },
    );
  });

  it('rejects a task that fails, by its message', async () => {
    await withPool(async (pool, run) => {
      await pool.close('double');
      await expect(run(1)).rejects.toThrow('no model "double" is open here');
    });
  });
});

it('a worker that has died refuses what it is asked from then on', async () => {
  const { promise: died, keep } = later();
  const worker = new SessionWorker('process', nodeArguments, keep);
  worker.handle.kill();
  await died;
  await expect(worker.open('double', file(), { device: 'cpu' })).rejects.toThrow(WorkerDied);
});

(hasOpenVino ? describe : describe.skip)('a pool on OpenVINO', () => {
  it('answers what workers had under way that were killed', async () => {
    const numbers = Array.from({ length: 100 }, (_, i) => i);
    await withPool(
      async (pool, run) => {
        const all = Promise.all(numbers.map((x) => run(x)));
        for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
        expect(await all).toEqual(numbers.map((x) => 2 * x));
      },
      { device: 'openvino' },
    );
  });

  it('opens the file of the model, which nobody compiled for it', async () => {
    const model = await compileModel(file(), join(folder, 'unused.onnx'), async () => undefined, {
      device: 'openvino',
      nodeArguments,
    });
    expect(model).toMatchObject({ file: file(), compiled: false });
  });
});

describe('compileModel', () => {
  const never = async () => undefined;

  it('writes a model that gives the same', async () => {
    const x: HostTensor = { type: 'float32', shape: [1], data: Float32Array.of(2) };
    const { result: tried, ...compiled } = await compileModel(
      file(),
      join(folder, 'compiled.onnx'),
      async ({ inputNames, run }) => [inputNames, (await run({ x }, ['double'])).outputs.double.data[0]],
      { nodeArguments, probe: () => [{ x }] },
    );
    expect(compiled.compiled).toBe(true);
    expect(tried).toEqual([['x'], 4]);
    const result = await withPool(async (pool, run) => {
      await pool.close('double');
      await pool.open('double', compiled);
      return run(3);
    });
    expect(result).toBe(6);
  });

  /** Whether a compiled attention answers otherwise where its mask says so. */
  async function readsMask(
    name: string,
    { probed, unpadded }: { probed: readonly bigint[]; unpadded: boolean },
  ): Promise<boolean> {
    writeFileSync(join(folder, 'attention.onnx'), writeModel(attentionModel()));
    const inputs = (mask: readonly bigint[]): Tensors => ({
      x: { type: 'float32', shape: [1, 4, 8], data: Float32Array.from({ length: 32 }, (_, i) => 3 * Math.sin(i * i)) },
      attention_mask: { type: 'int64', shape: [1, 4], data: BigInt64Array.from(mask) },
    });
    const { result, compiled } = await compileModel(
      join(folder, 'attention.onnx'),
      join(folder, `${name}.onnx`),
      async ({ run }) => {
        const answer = async (mask: readonly bigint[]) => (await run(inputs(mask), ['y'])).outputs.y.data;
        return !isDeepStrictEqual(await answer([1n, 1n, 1n, 0n]), await answer([1n, 1n, 1n, 1n]));
      },
      { nodeArguments, probe: () => [inputs(probed)], unpadded },
    );
    expect(compiled).toBe(true);
    return result;
  }

  const ones = [1n, 1n, 1n, 1n];

  it('leaves the mask out where inputs are never padded', async () => {
    expect(await readsMask('unpadded', { probed: ones, unpadded: true })).toBe(false);
    expect(existsSync(join(folder, 'unpadded.onnx.unpadded'))).toBe(false);
  });

  it('keeps the mask where answers would change without it', async () => {
    expect(await readsMask('changed', { probed: [1n, 1n, 1n, 0n], unpadded: true })).toBe(true);
  });

  it('keeps the mask where nobody said that inputs are never padded', async () => {
    expect(await readsMask('padded', { probed: ones, unpadded: false })).toBe(true);
  });

  it('keeps the mask where the model cannot be made without it', async () => {
    mkdirSync(join(folder, 'failed.onnx.unpadded/in-the-way'), { recursive: true });
    expect(await readsMask('failed', { probed: ones, unpadded: true })).toBe(true);
  });

  it('refuses what is no model', async () => {
    writeFileSync(join(folder, 'none.onnx'), 'no model');
    const made = compileModel(join(folder, 'none.onnx'), join(folder, 'never.onnx'), never, { nodeArguments });
    await expect(made).rejects.toThrow('cannot load the model');
  });

  it('ends when it is aborted', async () => {
    const abort = new AbortController();
    const reason = new Error('no longer wanted');
    const x: HostTensor = { type: 'float32', shape: [1], data: Float32Array.of(2) };
    const probe = () => {
      abort.abort(reason);
      return [{ x }];
    };
    const { signal } = abort;
    const into = join(folder, 'aborted.onnx');
    await expect(compileModel(file(), into, never, { nodeArguments, probe, signal })).rejects.toBe(reason);
    expect(existsSync(into)).toBe(false);
  });

  it('starts no other process when it is aborted in the trial', async () => {
    const abort = new AbortController();
    const reason = new Error('no longer wanted');
    let trials = 0;
    const made = compileModel(
      file(),
      join(folder, 'tried.onnx'),
      async ({ run }) => {
        trials++;
        abort.abort(reason);
        return run({}, []);
      },
      { nodeArguments, signal: abort.signal },
    );
    await expect(made).rejects.toBe(reason);
    expect(trials).toBe(1);
  });

  it('fails where the trial does', async () => {
    const made = compileModel(file(), join(folder, 'dead.onnx'), async ({ run }) => run({}, ['double']), {
      nodeArguments,
    });
    await expect(made).rejects.toThrow(/'x'|"x"/);
  });
});

describe('a pool where many wait', () => {
  it('sends a worker its next task ahead, and not before', async () => {
    await withPool(
      async (pool, run) => {
        const all: Promise<number>[] = [];
        const inFlight = [1, 2, 3, 4].map((x) => {
          all.push(run(x, 8));
          return pool.inFlight;
        });
        expect(inFlight).toEqual([1, 1, 1, 2]); // Two may wait for the one worker.
        await Promise.all(all);
      },
      { workers: 1 },
    );
  });
});

describe('an express worker', () => {
  /** How many tasks of these costs are under way once all have come. No answer can have come meanwhile. */
  const underWay = (costs: readonly (number | undefined)[], options: Partial<PoolOptions>) =>
    withPool(async (pool, run) => {
      const all = costs.map((cost, x) => run(x, cost));
      const { inFlight } = pool;
      expect(await Promise.all(all)).toEqual(costs.map((_, x) => 2 * x));
      return inFlight;
    }, options);

  it.each([
    ['takes what costs half of what is running', [8, 4], 2],
    ['leaves to the others what costs more than that', [8, 5], 1],
    ['takes one task at a time', [100, 2, 2], 2],
    ['takes nothing beside a task of unknown cost', [undefined, 0], 1],
  ])('%s', async (_, costs, inFlight) => {
    expect(await underWay(costs, { workers: 1, express: 1 })).toBe(inFlight);
  });

  it('looks at all that is running', async () => {
    expect(await underWay([100, 8, 5], { workers: 2, express: 1 })).toBe(2);
  });

  it('is not there unless asked for', async () => {
    expect(await underWay([8, 4], { workers: 1 })).toBe(1);
  });

  it('takes nothing in a crowd', async () => {
    // The three wait before the one of 1 comes; the worker has the next of them.
    expect(await underWay([8, 8, 8, 8, 8, 1], { workers: 1, express: 1 })).toBe(2);
  });

  it('has its task done by another when it is killed', async () => {
    await withPool(
      async (pool, run) => {
        const pid = pool.pids[1];
        const both = [run(1, 8), run(2, 4)];
        process.kill(pid, 'SIGKILL');
        expect(await Promise.all(both)).toEqual([2, 4]);
      },
      { workers: 1, express: 1 },
    );
  });
});
