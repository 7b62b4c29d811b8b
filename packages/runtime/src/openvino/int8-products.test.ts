import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { node } from '@retort/onnx';
import { testModel } from '../testing/model.ts';
import { isQuantized, spoilsInt8 } from './int8-products.ts';

const model = (operator: string) =>
  testModel([node(operator, ['x', 'step'], ['y'])], {
    inputs: ['x', 'step'].map((name) => ({ name, type: name === 'x' ? 'int8' : 'float32', shape: [] })),
    outputs: [{ name: 'y', type: 'float32', shape: [] }],
  });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('isQuantized', () => {
  it.each([
    ['QuantizeLinear', true],
    ['DequantizeLinear', true],
    ['MatMulIntegerToFloat', true],
    ['DynamicQuantizeMatMul', true],
    ['Mul', false],
  ])('of a model with %s: %s, in memory and in a file', async (operator, expected) => {
    const file = join(folder, `${operator}.onnx`);
    writeFileSync(file, model(operator));
    expect([await isQuantized(model(operator)), await isQuantized(file)]).toEqual([expected, expected]);
  });

  it('leaves a file that is not there to whoever opens it', async () => {
    expect(await isQuantized(join(folder, 'none.onnx'))).toBe(false);
  });
});

describe('spoilsInt8', () => {
  const variable = 'ONEDNN_MAX_CPU_ISA';
  const before = process.env[variable];
  afterAll(() => {
    if (before === undefined) delete process.env[variable];
    else process.env[variable] = before;
  });

  it.each([
    [['amx_int8'], undefined, true],
    [['amx_int8'], 'AVX512_CORE_AMX', true],
    [['amx_int8'], 'AVX512_CORE_BF16', false],
    [['avx512_vnni'], undefined, false],
  ])('on a processor with %s, limited to %s: %s', (flags, limit, expected) => {
    if (limit === undefined) delete process.env[variable];
    else process.env[variable] = limit;
    expect(spoilsInt8(flags)).toBe(expected);
  });
});
