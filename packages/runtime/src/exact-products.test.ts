import { describe, expect, it } from '@jest/globals';
import { sessionOptions } from './onnxruntime.ts';

describe('the options of a session', () => {
  it('ask for exact sums of 8-bit products on processors that would saturate them', () => {
    // Seen to make the difference by qemu 7.2 (`-cpu Haswell`): 64 x 255 x 127 = 2,072,640 with it, 32 x 32,767 = 1,048,544 without.
    expect(sessionOptions('cpu').extra).toMatchObject({ session: { x64quantprecision: '1' } });
  });
});
