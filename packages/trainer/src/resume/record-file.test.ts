import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  DamagedRecord,
  type RecordContent,
  readRecord,
  readRecordAbout,
  temporaryName,
  writeRecord,
} from './record-file.ts';

let folder: string;
let whole: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  const path = join(folder, 'whole');
  await writeRecord(path, content);
  whole = readFileSync(path);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const content: RecordContent = {
  about: { stage: 'finetune' },
  state: { step: 3, loss: 0.1 + 0.2 },
  arrays: new Map<string, Float32Array | Float64Array | Int32Array | Uint8Array>([
    ['weights', Float32Array.of(1, -2, 3.5)],
    ['rates', Float64Array.of(0.1 + 0.2)],
    ['seen', Int32Array.of(-1, 7, 0)],
    ['touched', Uint8Array.of(1)],
    ['none', new Float32Array(0)],
  ]),
};

function readBytes(bytes: Uint8Array): RecordContent {
  const path = join(folder, 'other');
  writeFileSync(path, bytes);
  return readRecord(path);
}

describe('a record file', () => {
  it('gives back what was written', () => {
    expect(readRecord(join(folder, 'whole'))).toEqual(content);
  });

  it('takes arrays that are larger than the pieces that it is written in', async () => {
    const path = join(folder, 'large');
    const data = Float32Array.from({ length: 5_000_001 }, (_, i) => i);
    await writeRecord(path, { about: 0, state: 0, arrays: new Map([['data', data]]) });
    const read = readRecord(path).arrays.get('data');
    expect(read?.length === data.length && data.every((value, i) => read[i] === value)).toBe(true);
  });

  it('tells what it belongs to, though its end is damaged', () => {
    const path = join(folder, 'altered');
    const bytes = Buffer.from(whole);
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(path, bytes);
    expect(readRecordAbout(path)).toEqual(content.about);
  });

  it('is refused wherever it is cut off', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), (length) => {
        expect(() => readBytes(whole.subarray(0, length))).toThrow(DamagedRecord);
      }),
    );
  });

  it('is refused whichever bit of it has changed', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const bytes = Buffer.from(whole);
        bytes[at] ^= 1 << bit;
        expect(() => readBytes(bytes)).toThrow(DamagedRecord);
      }),
    );
  });

  it('says that the content does not fit the checksum', () => {
    const bytes = Buffer.from(whole);
    bytes[bytes.length - 40] ^= 1;
    expect(() => readBytes(bytes)).toThrow('its content does not fit its checksum');
  });

  it('says that another file is none', () => {
    expect(() => readBytes(Buffer.alloc(100, 'x'))).toThrow('it does not begin as a checkpoint does');
  });
});

describe('writeRecord', () => {
  it('leaves the old file and nothing else where it cannot write', async () => {
    const place = join(folder, 'place');
    const path = join(place, 'record');
    mkdirSync(place);
    await writeRecord(path, content);
    // What is written goes where there is no room, or where no file can be.
    symlinkSync(existsSync('/dev/full') ? '/dev/full' : folder, temporaryName(path));
    await expect(writeRecord(path, { ...content, state: 'newer' })).rejects.toThrow(/ENOSPC|EISDIR/);
    expect(readdirSync(place)).toEqual(['record']);
    expect(readRecord(path)).toEqual(content);
  });
});
