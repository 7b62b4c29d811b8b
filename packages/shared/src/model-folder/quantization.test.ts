import { describe, expect, it } from '@jest/globals';
import { batchPolicy, fileForMachine, isSafeFromSaturation, type QuantizationSettings } from './quantization.ts';

const file = 'onnx/model_quantized.onnx';
const quantization = (cpu: Partial<QuantizationSettings['cpu']>): QuantizationSettings => ({
  recipe: 'dynamic-int8',
  embeddings: 'int8',
  reduceRange: false,
  kept: [],
  company: { largest: 0.1, p99: 0.05, n: 128 },
  cpu: { saturationSafe: false, measuredOn: { flags: ['avx2'], saturates: false }, ...cpu },
});

describe('the batch policy', () => {
  it.each(['alone', 'any'] as const)('is what retort.json says: %s', (batch) => {
    expect(batchPolicy({ batch }, file)).toBe(batch);
  });

  it.each(['onnx/model.onnx', 'model.onnx', 'onnx/model_fp16.onnx'])('of %s is any where nothing is said', (float) => {
    expect(batchPolicy({}, float)).toBe('any');
  });

  it.each([file, 'onnx/model_int8.onnx', 'onnx/model_q4.onnx'])('of %s is alone where nothing is said', (quantized) => {
    expect(batchPolicy({}, quantized)).toBe('alone');
  });

  it('is alone where the model is quantized, whatever its file is called', () => {
    expect(batchPolicy({ quantization: quantization({}) }, 'onnx/model.onnx')).toBe('alone');
  });
});

describe('the file for a machine', () => {
  it('is the model itself where nothing saturates', () => {
    expect(fileForMachine({ quantization: quantization({}) }, file, false)).toEqual({ file });
  });

  it('is the model itself where it is safe', () => {
    expect(fileForMachine({ quantization: quantization({ saturationSafe: true }) }, file, true)).toEqual({ file });
  });

  it('is the twin where sums saturate', () => {
    const twin = 'onnx/model_quantized_reduced.onnx';
    expect(fileForMachine({ quantization: quantization({ twin }) }, file, true)).toEqual({ file: twin });
  });

  it('comes with a warning where there is no twin', () => {
    const choice = fileForMachine({ quantization: quantization({}) }, file, true);
    expect(choice).toEqual({ file, warning: expect.stringContaining('slower kernels') });
  });

  it('comes with a warning where nobody has looked', () => {
    expect(fileForMachine({}, file, true).warning).toContain('slower kernels');
  });

  it('is a float model without more ado', () => {
    expect(fileForMachine({}, 'onnx/model.onnx', true)).toEqual({ file: 'onnx/model.onnx' });
  });
});

describe('safe from saturation is', () => {
  const twin = 'onnx/model_quantized_reduced.onnx';

  it('the twin, and not the model beside it', () => {
    const settings = { quantization: quantization({ twin }) };
    expect([twin, file].map((one) => isSafeFromSaturation(settings, one))).toEqual([true, false]);
  });

  it('a model of which the gate has found it', () => {
    expect(isSafeFromSaturation({ quantization: quantization({ saturationSafe: true }) }, file)).toBe(true);
  });

  it('no model of which nobody has looked', () => {
    expect(isSafeFromSaturation({}, file)).toBe(false);
  });
});
