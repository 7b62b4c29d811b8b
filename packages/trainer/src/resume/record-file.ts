import { createHash, type Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { z } from 'zod';

/**
 * A file that holds arrays and says of them what JSON can say:
 *
 *     8 bytes   "RETORT01"
 *     8 bytes   length of the header, little-endian
 *     header    JSON { about, state, arrays: [{ name, type, length }] }, filled up with spaces to a multiple of 8
 *     arrays    one after the other, each filled up with zeros to a multiple of 8
 *     32 bytes  sha256 of all that stands before
 */
export interface RecordContent {
  /** What the record belongs to. It can be read without the rest. */
  readonly about: unknown;
  readonly state: unknown;
  readonly arrays: ReadonlyMap<string, RecordArray>;
}

export type RecordArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** What is not a whole record: cut off, altered, or another file altogether. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord';
}

const magic = Buffer.from('RETORT01');
const hashBytes = 32;
/** Bytes that are written while the next ones are hashed. */
const pieceBytes = 8 * 2 ** 20;

const makers = {
  float32: (length: number) => new Float32Array(length),
  float64: (length: number) => new Float64Array(length),
  int32: (length: number) => new Int32Array(length),
  uint8: (length: number) => new Uint8Array(length),
} as const;

const headerSchema = z.object({
  about: z.unknown(),
  state: z.unknown(),
  arrays: z.array(
    z.object({ name: z.string(), type: z.enum(['float32', 'float64', 'int32', 'uint8']), length: z.int().min(0) }),
  ),
});
type Header = z.output<typeof headerSchema>;

/** Writes a record under a temporary name and renames it: whoever dies meanwhile leaves the old file, or the new one. */
export async function writeRecord(path: string, record: RecordContent): Promise<void> {
  const temporary = temporaryName(path);
  try {
    const file = await open(temporary, 'w');
    try {
      await writePieces(file, record);
      await file.datasync(); // Or the rename could be on the disk before the content.
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export function temporaryName(path: string): string {
  return `${path}.${process.pid}.tmp`;
}

/** Reads what a record belongs to, without verifying the rest. Throws a DamagedRecord. */
export function readRecordAbout(path: string): unknown {
  return withFile(path, (reader) => readHeader(reader).about);
}

/** Reads a record whose checksum fits. Throws a DamagedRecord. */
export function readRecord(path: string): RecordContent {
  return withFile(path, (reader) => {
    const { about, state, arrays: entries } = readHeader(reader);
    const arrays = new Map<string, RecordArray>();
    for (const { name, type, length } of entries) {
      const array = makers[type](length);
      reader.into(bytesOf(array));
      reader.into(Buffer.alloc(gap(array.byteLength)));
      arrays.set(name, array);
    }
    const actual = reader.hash.copy().digest();
    const stored = Buffer.alloc(hashBytes);
    reader.into(stored);
    if (!actual.equals(stored)) throw new DamagedRecord('its content does not fit its checksum');
    return { about, state, arrays };
  });
}

interface Reader {
  readonly size: number;
  readonly hash: Hash;
  /** Fills `bytes` with those that come next. */
  into(bytes: Uint8Array): void;
}

function withFile<T>(path: string, read: (reader: Reader) => T): T {
  const file = openSync(path, 'r');
  try {
    const hash = createHash('sha256');
    const into = (bytes: Uint8Array) => {
      for (let from = 0; from < bytes.length; ) {
        const count = readSync(file, bytes, from, Math.min(pieceBytes, bytes.length - from), null);
        if (count === 0) throw new DamagedRecord('it is cut off');
        hash.update(bytes.subarray(from, from + count));
        from += count;
      }
    };
    return read({ size: fstatSync(file).size, hash, into });
  } finally {
    closeSync(file);
  }
}

function readHeader({ size, into }: Reader): Header {
  const start = Buffer.alloc(16);
  if (size < start.length + hashBytes) throw new DamagedRecord('it is cut off');
  into(start);
  if (!start.subarray(0, magic.length).equals(magic)) throw new DamagedRecord('it does not begin as a checkpoint does');
  const length = Number(start.readBigUInt64LE(magic.length));
  if (length > size - start.length - hashBytes) throw new DamagedRecord('it is cut off');
  const bytes = Buffer.alloc(length);
  into(bytes);
  const header = parseHeader(bytes.toString('utf8'));
  const data = header.arrays.reduce((total, entry) => total + paddedBytes(entry), 0);
  const expected = start.length + length + data + hashBytes;
  if (size !== expected) throw new DamagedRecord(`it should have ${expected} bytes and has ${size}`);
  return header;
}

function parseHeader(text: string): Header {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DamagedRecord('its header is not JSON');
  }
  const result = headerSchema.safeParse(json);
  if (!result.success) throw new DamagedRecord('its header is damaged');
  return result.data;
}

/** Hashes one piece while the one before is on its way to the disk. */
async function writePieces(file: FileHandle, record: RecordContent): Promise<void> {
  const hash = createHash('sha256');
  let writing = Promise.resolve();
  for (const piece of pieces(record)) {
    hash.update(piece);
    await writing;
    writing = file.writeFile(piece);
    // The error is met by the next `await`; until then it must not count as one that nobody handles.
    writing.catch(() => undefined);
  }
  await writing;
  await file.writeFile(hash.digest());
}

function* pieces({ about, state, arrays }: RecordContent): Generator<Uint8Array> {
  const entries = [...arrays].map(([name, array]) => ({ name, type: typeOf(array), length: array.length }));
  const json = Buffer.from(JSON.stringify({ about, state, arrays: entries } satisfies Header));
  const start = Buffer.alloc(16);
  magic.copy(start);
  start.writeBigUInt64LE(BigInt(json.length + gap(json.length)), magic.length);
  yield Buffer.concat([start, json, Buffer.alloc(gap(json.length), ' ')]);
  for (const array of arrays.values()) {
    const bytes = bytesOf(array);
    for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
    if (gap(bytes.length) > 0) yield Buffer.alloc(gap(bytes.length));
  }
}

function bytesOf(array: RecordArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function typeOf(array: RecordArray): keyof typeof makers {
  if (array instanceof Float32Array) return 'float32';
  if (array instanceof Float64Array) return 'float64';
  return array instanceof Int32Array ? 'int32' : 'uint8';
}

function paddedBytes({ type, length }: Header['arrays'][number]): number {
  const bytes = length * { float32: 4, float64: 8, int32: 4, uint8: 1 }[type];
  return bytes + gap(bytes);
}

/** Bytes that are missing to a multiple of 8. */
function gap(length: number): number {
  return (8 - (length % 8)) % 8;
}
