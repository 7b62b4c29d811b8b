import { describeMachine, type Machine } from '@retort/shared';

/**
 * Whether sessions have to ask for exact sums of uint8 x int8 products (`session.x64quantprecision`): on x86 processors without VNNI, which saturate
 * them, and where nobody knows. With VNNI they are exact as they are, and the option doubles the time: the sample's int8 teacher takes 6.2 ms
 * for 1 x 128 with it and 3.2 without (medians of 139 runs in turn, Xeon with AVX-512 VNNI, 2 threads).
 */
export function needsExactProducts({ arch, flags, flagsKnown }: Machine = describeMachine()): boolean {
  if (arch !== 'x64') return false;
  return flagsKnown !== true || !flags.some((flag) => flag === 'avx512_vnni' || flag === 'avx_vnni');
}
