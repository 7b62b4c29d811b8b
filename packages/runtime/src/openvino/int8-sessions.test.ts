import { describe, expect, it } from '@jest/globals';
import { node, tensorOf } from '@retort/onnx';
import { ownCache } from '../../test/own-cache.ts';
import type { HostTensor } from '../executor.ts';
import { onnxruntimeCpu } from '../onnxruntime.ts';
import { testModel } from '../testing/model.ts';
import { hasOpenVino } from '../testing/openvino.ts';
import { openvino } from './executor.ts';
import { type OpenVino, openVino } from './library.ts';

/** y = x w for x [m, 4] and w [4, 2] in steps of 0.5 and 0.25: as `static-int8` writes it. */
const qdq = testModel(
  [
    node('QuantizeLinear', ['x', 'step', 'zero'], ['x8']),
    node('DequantizeLinear', ['x8', 'step', 'zero'], ['xr']),
    node('DequantizeLinear', ['w', 'w_step', 'w_zero'], ['wr']),
    node('MatMul', ['xr', 'wr'], ['y']),
  ],
  {
    inputs: [{ name: 'x', type: 'float32', shape: ['m', 4] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['m', 2] }],
    initializers: new Map([
      ['step', tensorOf('float32', [], Float32Array.of(0.5))],
      ['zero', tensorOf('uint8', [], Uint8Array.of(128))],
      ['w', tensorOf('int8', [4, 2], Int8Array.of(1, -2, 3, 60, -5, 6, 7, -64))],
      ['w_step', tensorOf('float32', [], Float32Array.of(0.25))],
      ['w_zero', tensorOf('int8', [], Int8Array.of(0))],
    ]),
  },
);
const plain = testModel([node('Add', ['x', 'x'], ['y'])], {
  inputs: [{ name: 'x', type: 'float32', shape: ['n'] }],
  outputs: [{ name: 'y', type: 'float32', shape: ['n'] }],
});
ownCache();

const x: HostTensor = { type: 'float32', shape: [2, 4], data: Float32Array.of(0.26, 1.1, -3, 9, 0, -0.1, 2, 0.9) };

/** The library, telling what properties are set. */
function watched(tell: (key: string, value: string) => void): OpenVino {
  const library = openVino();
  const functions = new Proxy(library.functions, {
    get: (target, name: keyof OpenVino['functions']) => {
      const method = target[name].bind(target) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        if (name === 'setProperty') tell(String(args[1]), String(args[2]));
        return method(...args);
      };
    },
  });
  return { ...library, functions };
}

(hasOpenVino ? describe : describe.skip)('a session of a QDQ model', () => {
  it.each([
    ['of any shapes', { shapes: 'any' }, ['amx_int8'], true],
    ['with inputs that vary', { shapes: 'fixed', varying: ['x'] }, ['amx_int8'], true],
    ['of fixed shapes', { shapes: 'fixed' }, ['amx_int8'], false],
    ['on a processor without AMX', { shapes: 'any' }, ['avx512_vnni'], false],
  ] as const)(
    'computes a QDQ model %s without int8 and cache where int8 would spoil memory',
    async (_, options, flags, without) => {
      const set = new Map<string, string>();
      const library = watched((key, value) => set.set(key, value));
      const session = await openvino('fp32', library, { cpu: '', flags }).open(qdq, options);
      await session.run({ x });
      await session.close();
      expect([set.get('LP_TRANSFORMS_MODE'), set.get('CACHE_DIR') !== '']).toEqual(
        without ? ['NO', false] : [undefined, true],
      );
    },
  );

  it('leaves other models alone there', async () => {
    const set = new Map<string, string>();
    const library = watched((key, value) => set.set(key, value));
    await (await openvino('fp32', library, { cpu: '', flags: ['amx_int8'] }).open(plain)).close();
    expect(set.has('LP_TRANSFORMS_MODE')).toBe(false);
  });

  it('gives what its rounded numbers say without int8', async () => {
    const [reference, session] = [
      await onnxruntimeCpu.open(qdq, { optimize: false }),
      await openvino('fp32', undefined, { cpu: '', flags: ['amx_int8'] }).open(qdq),
    ];
    const [expected, given] = [await reference.run({ x }), await session.run({ x })];
    await reference.close();
    await session.close();
    for (const [i, value] of [...given.y.data].entries()) expect(value).toBeCloseTo(Number(expected.y.data[i]), 4);
  });
});
