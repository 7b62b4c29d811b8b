import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { HubApiError } from '@huggingface/hub';
import { isDiskFull, UserError } from '@retort/shared';
import { openPartial, type PartialFile } from './partial-file.ts';

/** A file of the hub, and what is known of its content. */
export interface RemoteFile {
  readonly path: string;
  readonly size: number;
  /** sha256 in large file storage, git's own sha1 elsewhere; in hexadecimal. */
  readonly digest: { readonly kind: 'sha256' | 'git'; readonly hex: string };
  /** The content from a byte on. */
  open(from: number): Promise<AsyncIterable<Uint8Array>>;
}

export interface FetchOptions {
  /** Told how many bytes are there, now and then. */
  readonly onBytes: (done: number) => void;
  /** Milliseconds until the first new try; each further one waits twice as long. */
  readonly retryDelay: number;
}

/** Attempts in a row that brought no byte, after which a download is given up. */
const vainAttempts = 4;

/**
 * Brings a file into `blobs`, under its checksum as its name, unless it is there. A connection that breaks is opened
 * again where it broke, in this run or the next; only content with the right checksum gets the name.
 */
export async function fetchBlob(blobs: string, file: RemoteFile, options: FetchOptions): Promise<string> {
  const target = join(blobs, file.digest.hex);
  if (existsSync(target)) return target;
  await mkdir(blobs, { recursive: true });
  const part = await openPartial(blobs, file.digest.hex);
  try {
    await fill(part, file, options);
  } catch (error) {
    await part.release();
    throw isDiskFull(error) ? noRoom(blobs, file, error) : error;
  }
  const actual = await digestOf(part.path, file);
  if (actual !== file.digest.hex) {
    await part.discard();
    throw new UserError(`"${file.path}" came damaged: its checksum is ${actual}, the hub says ${file.digest.hex}`, {
      remedy: 'run it again: the file is fetched anew',
    });
  }
  await part.finish(target);
  return target;
}

async function fill(part: PartialFile, file: RemoteFile, { onBytes, retryDelay }: FetchOptions): Promise<void> {
  const output = await open(part.path, 'a');
  try {
    let done = (await output.stat()).size;
    // More than there is: some other content. The checksum would refuse it in the end.
    if (done > file.size) {
      await output.truncate(0);
      done = 0;
    }
    for (let vain = 0; done < file.size; vain++) {
      const before = done;
      const cause = await attempt();
      if (done > before) vain = 0;
      if (done >= file.size) break;
      if (vain + 1 >= vainAttempts) throw cutOff(file, done, cause);
      await setTimeout(retryDelay * 2 ** vain);

      async function attempt(): Promise<unknown> {
        try {
          for await (const chunk of await file.open(done)) {
            await output.write(chunk);
            done += chunk.length;
            onBytes(done);
          }
        } catch (error) {
          if (isDiskFull(error) || isRefusal(error)) throw error;
          return error;
        }
        return undefined;
      }
    }
  } finally {
    await output.close();
  }
}

/** Whether the hub said no: asking again would not help. */
function isRefusal(error: unknown): boolean {
  return error instanceof HubApiError && [401, 403, 404].includes(error.statusCode);
}

/** The checksum that the hub gives a file: sha256, or sha1 of git's header and the content. */
async function digestOf(path: string, { digest }: RemoteFile): Promise<string> {
  const hash = createHash(digest.kind === 'sha256' ? 'sha256' : 'sha1');
  if (digest.kind === 'git') hash.update(`blob ${(await stat(path)).size}\0`);
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function cutOff(file: RemoteFile, done: number, cause: unknown): UserError {
  const reason =
    cause instanceof Error ? cause.message : typeof cause === 'string' ? cause : 'the connection was closed';
  return new UserError(`"${file.path}" was cut off at ${done} of ${file.size} bytes: ${reason}`, {
    remedy: 'run it again when the connection is better: it goes on from there',
    cause,
  });
}

/** What a thrown value says. Streams of the hub's package throw plain strings. */
export function messageOf(thrown: unknown): string {
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message);
  return typeof thrown === 'string' ? thrown : '';
}

function noRoom(folder: string, file: RemoteFile, cause: unknown): UserError {
  return new UserError(`there is no room on the disk for "${file.path}", ${(file.size / 1e6).toFixed(0)} MB`, {
    place: { file: folder },
    remedy: 'make room, or name a folder elsewhere by HF_HOME; then run it again: it goes on from there',
    cause,
  });
}
