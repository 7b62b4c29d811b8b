import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UserError } from '@retort/shared';
import fc from 'fast-check';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const tensors = new Map([
  ['a', { shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 0) }],
  ['b', { shape: [], data: Float32Array.of(7) }],
]);

async function written(): Promise<Buffer> {
  const path = join(folder, 'whole.safetensors');
  await writeSafetensors(path, tensors);
  return readFileSync(path);
}

function readBytes(bytes: Uint8Array): unknown {
  const path = join(folder, 'other.safetensors');
  writeFileSync(path, bytes);
  return readSafetensors(path);
}

describe('safetensors', () => {
  it('reads what it wrote', async () => {
    expect(readBytes(await written())).toEqual(tensors);
  });

  it('begins the data at a multiple of 8', async () => {
    expect(Number((await written()).readBigUInt64LE()) % 8).toBe(0);
  });

  it('names the tensor at which a file is cut off', async () => {
    const bytes = await written();
    expect(() => readBytes(bytes.subarray(0, -2))).toThrow(
      /the file is cut off: tensor "b" ends at byte \d+, the file at \d+/,
    );
  });

  it('refuses a header that is longer than the file', () => {
    expect(() => readBytes(Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0, 1))).toThrow(
      'the header should be 65535 bytes long, in a file of 9',
    );
  });

  it('refuses a size that does not fit the shape', () => {
    const json = Buffer.from('{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}');
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    expect(() => readBytes(Buffer.concat([length, json, Buffer.alloc(4)]))).toThrow(
      'tensor "x" of shape [3] has 4 bytes, not 12',
    );
  });

  it('meets any damage with a UserError that names the file', async () => {
    const whole = await written();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        try {
          readBytes(bytes.subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
          expect((error as UserError).place.file).toContain('other.safetensors');
        }
      }),
    );
  });
});
