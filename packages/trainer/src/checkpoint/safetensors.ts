import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { relative } from 'node:path';
import { fromBfloat16, fromFloat16 } from '@retort/onnx';
import { UserError } from '@retort/shared';
import { z } from 'zod';

/** A tensor of a safetensors file, as float32. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
});
type Entry = z.output<typeof entrySchema>;

/** The format's own limit of the header. */
const largestHeader = 100 * 1024 * 1024;

/** The types of elements that are read, and how: all of them give float32 exactly. */
const dtypes: Readonly<Record<string, { bytes: number; widen: (bits: Buffer) => Float32Array }>> = {
  F32: { bytes: 4, widen: (bits) => new Float32Array(bits.buffer, bits.byteOffset, bits.length / 4) },
  F16: { bytes: 2, widen: (bits) => fromFloat16(new Uint16Array(bits.buffer, bits.byteOffset, bits.length / 2)) },
  BF16: { bytes: 2, widen: (bits) => fromBfloat16(new Uint16Array(bits.buffer, bits.byteOffset, bits.length / 2)) },
};

/** An open safetensors file: what is in it is known, tensors are read when they are asked for. */
export class SafetensorsFile {
  readonly path: string;
  readonly #file: number;
  readonly #dataStart: number;
  readonly #entries: ReadonlyMap<string, Entry>;

  /**
   * Opens a file: 8 bytes with the length of a JSON header, the header, then the data
   * (https://github.com/huggingface/safetensors#format).
   */
  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'r');
    try {
      const { size } = fstatSync(this.#file);
      const headerLength = size < 8 ? 0 : Number(readBytes(this.#file, 0, 8).readBigUInt64LE());
      if (headerLength < 2 || headerLength > largestHeader || 8 + headerLength > size) {
        throw broken(path, `the header should be ${headerLength} bytes long, in a file of ${size}`);
      }
      this.#dataStart = 8 + headerLength;
      this.#entries = new Map(parseHeader(readBytes(this.#file, 8, headerLength).toString('utf8'), path));
      for (const [name, entry] of this.#entries) this.#check(name, entry, size);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get names(): string[] {
    return [...this.#entries.keys()];
  }

  shape(name: string): readonly number[] {
    return this.#entry(name).shape;
  }

  /** Whether the elements are numbers that `read` knows; buffers of whole numbers are not. */
  isReadable(name: string): boolean {
    return Object.hasOwn(dtypes, this.#entry(name).dtype);
  }

  /** A tensor as float32; F16 and BF16 are widened exactly. */
  read(name: string): StoredTensor {
    const { dtype, shape, data_offsets: offsets } = this.#entry(name);
    if (!Object.hasOwn(dtypes, dtype)) {
      throw new UserError(`tensor "${name}" has elements of type ${dtype}`, {
        place: { file: this.path },
        remedy: `convert the file: known are ${Object.keys(dtypes).join(', ')}`,
      });
    }
    const bytes = readBytes(this.#file, this.#dataStart + offsets[0], offsets[1] - offsets[0]);
    return { shape, data: dtypes[dtype].widen(bytes) };
  }

  close(): void {
    closeSync(this.#file);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw broken(this.path, `it has no tensor "${name}"`);
    return entry;
  }

  #check(name: string, { dtype, shape, data_offsets: [from, to] }: Entry, size: number): void {
    if (this.#dataStart + to > size) {
      const end = this.#dataStart + to;
      throw broken(this.path, `the file is cut off: tensor "${name}" ends at byte ${end}, the file at ${size}`);
    }
    if (!Object.hasOwn(dtypes, dtype)) return;
    const expected = dtypes[dtype].bytes * shape.reduce((a, b) => a * b, 1);
    if (to - from !== expected) {
      throw broken(this.path, `tensor "${name}" of shape [${shape}] has ${to - from} bytes, not ${expected}`);
    }
  }
}

/** All tensors of a file whose elements are F32, F16 or BF16. */
export function readSafetensors(path: string): Map<string, StoredTensor> {
  const file = new SafetensorsFile(path);
  try {
    const readable = file.names.filter((name) => file.isReadable(name));
    return new Map(readable.map((name) => [name, file.read(name)]));
  } finally {
    file.close();
  }
}

/** Writes float32 tensors, in the order of the map, with the metadata that transformers asks for. */
export async function writeSafetensors(path: string, tensors: ReadonlyMap<string, StoredTensor>): Promise<void> {
  let offset = 0;
  const entries: [string, unknown][] = [['__metadata__', { format: 'pt' }]];
  for (const [name, { shape, data }] of tensors) {
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  // The data begins at a multiple of 8; spaces fill the gap.
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);

  const file = await open(path, 'w');
  try {
    await file.writeFile(header);
    for (const { data } of tensors.values())
      await file.writeFile(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  } finally {
    await file.close();
  }
}

function parseHeader(text: string, path: string): [string, z.output<typeof entrySchema>][] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw broken(path, 'its header is not JSON', cause);
  }
  const result = z.record(z.string(), z.unknown()).safeParse(json);
  if (!result.success) throw broken(path, 'its header is not an object', result.error);
  return Object.entries(result.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => {
      const entry = entrySchema.safeParse(value);
      if (!entry.success) throw broken(path, `the entry of tensor "${name}" is damaged`, entry.error);
      return [name, entry.data];
    });
}

/** In memory of their own, so that they can be seen as numbers of any size. */
function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done);
    if (count === 0) throw new Error('the file became shorter while it was read');
    done += count;
  }
  return bytes;
}

function broken(path: string, what: string, cause?: unknown): UserError {
  return new UserError(`the safetensors file is damaged: ${what}`, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'fetch or make the file again',
    cause,
  });
}
