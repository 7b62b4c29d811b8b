import { createHash } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '@retort/shared';

/**
 * A file of what a teacher gave: the elements, and behind them 32 bytes, the sha256 of what the file is called in the store and
 * of the elements. A file that is cut, altered or somebody else's does not fit it.
 */
export const checksumBytes = 32;
const pieceBytes = 4 * 2 ** 20;
/** Files that a reader keeps open: systems allow a process some 1,000, of all kinds. */
const mostOpen = 256;

/** Whether the file is there, as long as it should be, and fits its checksum. `bytes`: of the elements. */
export async function isWhole(path: string, label: string, bytes: number): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return false;
  }
  try {
    if ((await file.stat()).size !== bytes + checksumBytes) return false;
    const hash = createHash('sha256').update(label);
    const piece = Buffer.alloc(Math.min(pieceBytes, Math.max(bytes, checksumBytes)));
    for (let at = 0; at < bytes; ) {
      const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, bytes - at), at);
      if (bytesRead === 0) return false;
      hash.update(piece.subarray(0, bytesRead));
      at += bytesRead;
    }
    const stored = Buffer.alloc(checksumBytes);
    const { bytesRead } = await file.read(stored, 0, checksumBytes, bytes);
    return bytesRead === checksumBytes && hash.digest().equals(stored);
  } finally {
    await file.close();
  }
}

/** Writes a file under a temporary name, piece by piece; `finish` gives it its own. */
export class TargetWriter {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: number;
  readonly #hash;

  constructor(path: string, label: string) {
    this.#path = path;
    this.#temporary = `${path}.${process.pid}.tmp`;
    this.#file = openSync(this.#temporary, 'w');
    this.#hash = createHash('sha256').update(label);
  }

  append({ buffer, byteOffset, byteLength }: Uint16Array | Float32Array): void {
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    this.#hash.update(bytes);
    this.#write(bytes);
  }

  finish(): void {
    this.#write(this.#hash.digest());
    fdatasyncSync(this.#file); // Or the rename could be on the disk before the content.
    closeSync(this.#file);
    renameSync(this.#temporary, this.#path);
  }

  /** Leaves nothing behind. */
  abort(): void {
    try {
      closeSync(this.#file);
    } catch {} // It may be closed already.
    rmSync(this.#temporary, { force: true });
  }

  #write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
  }
}

/** Reads parts of files. Those read last stay open, as many as a process may well have. */
export class TargetReader {
  readonly #open = new Map<string, number>();

  /** Fills `into` with the bytes from `position` on. */
  read(path: string, into: Uint8Array, position: number): void {
    const file = this.#file(path);
    for (let done = 0; done < into.length; ) {
      const count = readSync(file, into, done, into.length - done, position + done);
      if (count === 0) throw gone(path, 'was cut');
      done += count;
    }
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }

  #file(path: string): number {
    const known = this.#open.get(path);
    if (known !== undefined) return known;
    const [oldest] = this.#open;
    if (oldest !== undefined && this.#open.size >= mostOpen) {
      closeSync(oldest[1]);
      this.#open.delete(oldest[0]);
    }
    try {
      const file = openSync(path, 'r');
      this.#open.set(path, file);
      return file;
    } catch (cause) {
      throw gone(path, 'cannot be opened', cause);
    }
  }
}

function gone(path: string, what: string, cause?: unknown): UserError {
  return new UserError(`what the teacher gave ${what} while the student was trained`, {
    place: { file: path },
    remedy: 'run the stage again: it goes on from its last checkpoint, and the teacher is asked again',
    cause,
  });
}
