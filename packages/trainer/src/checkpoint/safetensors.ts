import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
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

/** The format's own limit of the header. */
const largestHeader = 100 * 1024 * 1024;

/**
 * Reads a safetensors file: 8 bytes with the length of a JSON header, the header, then the data
 * (https://github.com/huggingface/safetensors#format). Tensors of other types than F32 are left out.
 */
export function readSafetensors(path: string): Map<string, StoredTensor> {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const headerLength = size < 8 ? 0 : Number(readBytes(file, 0, 8).readBigUInt64LE());
    if (headerLength < 2 || headerLength > largestHeader || 8 + headerLength > size) {
      throw broken(path, `the header should be ${headerLength} bytes long, in a file of ${size}`);
    }
    const header = parseHeader(readBytes(file, 8, headerLength).toString('utf8'), path);
    const tensors = new Map<string, StoredTensor>();
    for (const [name, { dtype, shape, data_offsets: offsets }] of header) {
      const [from, to] = offsets.map((offset) => 8 + headerLength + offset);
      if (to > size)
        throw broken(path, `the file is cut off: tensor "${name}" ends at byte ${to}, the file at ${size}`);
      if (dtype !== 'F32') continue;
      const count = shape.reduce((a, b) => a * b, 1);
      if (to - from !== 4 * count)
        throw broken(path, `tensor "${name}" of shape [${shape}] has ${to - from} bytes, not ${4 * count}`);
      const data = new Float32Array(count);
      readInto(file, from, new Uint8Array(data.buffer));
      tensors.set(name, { shape, data });
    }
    return tensors;
  } finally {
    closeSync(file);
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

function readBytes(file: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  readInto(file, position, bytes);
  return bytes;
}

function readInto(file: number, position: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done);
    if (count === 0) throw new Error('the file became shorter while it was read');
    done += count;
  }
}

function broken(path: string, what: string, cause?: unknown): UserError {
  return new UserError(`this is no whole safetensors file: ${what}`, {
    place: { file: path },
    remedy: 'fetch or make the file again',
    cause,
  });
}
