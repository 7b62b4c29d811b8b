import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseCpuinfo, parseSysctl, readCpuFlags } from './cpu-flags.ts';

describe('the instruction sets', () => {
  it('are those of the first processor, in our order', () => {
    const cpuinfo =
      'processor\t: 0\nmodel name\t: x\nflags\t\t: fpu avx512_vnni sse avx2\n\nprocessor\t: 1\nflags\t\t: fpu\n';
    expect(parseCpuinfo(cpuinfo)).toEqual(['avx2', 'avx512_vnni']);
  });

  it('are called Features on ARM', () => {
    expect(parseCpuinfo('processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\n')).toEqual(['asimddp', 'i8mm']);
  });

  it('are none where none of the telling ones is there', () => {
    expect(parseCpuinfo('flags\t: fpu sse2\n')).toEqual([]);
  });

  it('are unknown where no line lists them', () => {
    expect(parseCpuinfo('processor\t: 0\nisa\t: rv64imafdc\n')).toBeUndefined();
  });

  it('of a Mac with Intel', () => {
    const output = [
      'machdep.cpu.brand_string: Intel(R) Core(TM) i5-1038NG7 CPU @ 2.00GHz',
      'machdep.cpu.features: FPU VME AVX1.0',
      'machdep.cpu.leaf7_features: RDWRFSGS AVX2 BMI2 AVX512F AVX512VNNI',
    ].join('\n');
    expect(parseSysctl(output)).toEqual(['avx2', 'avx512f', 'avx512_vnni']);
  });

  it('of a Mac with ARM', () => {
    const output =
      'machdep.cpu.brand_string: Apple M1\nhw.optional.arm.FEAT_DotProd: 1\nhw.optional.arm.FEAT_I8MM: 0\n';
    expect(parseSysctl(output)).toEqual(['asimddp']);
  });

  it('are unknown where sysctl says nothing', () => {
    expect(parseSysctl('\n')).toBeUndefined();
  });

  it('are unknown on Windows', () => {
    expect(readCpuFlags('win32')).toBeUndefined();
  });

  it.each(process.platform === 'linux' ? ['this machine'] : [])('are read from /proc of %s', () => {
    expect(readCpuFlags()).toEqual(parseCpuinfo(readFileSync('/proc/cpuinfo', 'utf8')));
  });
});
