import { describe, expect, it } from '@jest/globals';
import { needsExactProducts } from './exact-products.ts';
import { sessionOptions } from './onnxruntime.ts';

const machine = { cpu: 'any', arch: 'x64', cores: 2, flags: [], flagsKnown: true, memoryBytes: 1e9 };

describe('needsExactProducts', () => {
  it.each([
    // Seen to make the difference by qemu 7.2 (`-cpu Haswell`): 64 x 255 x 127 = 2,072,640 with it, 32 x 32,767 = 1,048,544 without.
    ['with AVX2 alone', { flags: ['avx2'] }, true],
    ['with AVX-512 without VNNI', { flags: ['avx2', 'avx512f'] }, true],
    ['with AVX-512 VNNI', { flags: ['avx2', 'avx512f', 'avx512_vnni'] }, false],
    ['with AVX VNNI', { flags: ['avx2', 'avx_vnni'] }, false],
    ['of which nothing is known', { flagsKnown: false }, true],
    ['of ARM', { arch: 'arm64', flags: ['asimddp'] }, false],
  ])('on a processor %s', (_, difference, expected) => {
    expect(needsExactProducts({ ...machine, ...difference })).toBe(expected);
  });
});

describe('the options of a session', () => {
  it('ask for exact sums where this processor needs it', () => {
    const x64quantprecision = needsExactProducts() ? '1' : '0';
    expect(sessionOptions('cpu').extra).toMatchObject({ session: { x64quantprecision } });
  });

  it('do not ask for them where the model is the same without', () => {
    const { extra } = sessionOptions('cpu', { exactProducts: false });
    expect(extra).toMatchObject({ session: { x64quantprecision: '0' } });
  });
});
