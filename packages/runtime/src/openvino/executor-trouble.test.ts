import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ownCache } from '../../test/own-cache.ts';
import type { HostTensor } from '../executor.ts';
import { hasOpenVino } from '../testing/openvino.ts';
import { matrix, product, scaledRows, twice, unknown, using, vector } from '../testing/small-models.ts';
import { openvino } from './executor.ts';

const withOpenVino = hasOpenVino ? describe : describe.skip;
const { folder, cache } = ownCache();

const kinds = [['any'], ['fixed']] as const;

withOpenVino('openvino, in trouble,', () => {
  const executor = () => openvino('fp32');

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
      await expect(session.run({ a: matrix(rows, 1), b: matrix(1, columns) }, { outputs: [] })).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringContaining('the memory does not suffice'),
      });
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

  it('gives no reason of another failure, however many come at once', async () => {
    const text = Buffer.from(unknown).toString('latin1');
    // Each time another operator, of a name as long.
    const named = (name: string) => Buffer.from(text.replaceAll('Sinful', name), 'latin1');
    const names = Array.from({ length: 100 }, (_, i) => `Sin${100 + i}`);
    const reasons = await Promise.all(
      names.map((name) =>
        executor()
          .open(named(name))
          .then(String, ({ message }: Error) => message),
      ),
    );
    expect(reasons).toEqual(names.map((name) => expect.stringContaining(name)));
  });

  it('tells a failure without a reason of its own by no other one', async () => {
    const same = executor();
    await using(same.open(product), async (session) => {
      await expect(session.run({ a: matrix(2, 3), b: matrix(4, 2) })).rejects.toThrow();
      const reason = await same.open(new Uint8Array(0)).then(String, ({ message }: Error) => message);
      expect(reason).toMatch(/^OpenVINO cannot load the model: invalid/);
    });
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
