import { describe, expect, it } from '@jest/globals';
import { resolvePrecision } from './executor.ts';

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
