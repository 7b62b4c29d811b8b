import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, link, lstat, mkdir, mkdtemp, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheVariable = 'OPENVINO_CACHE_DIR';

/** Bytes of compiled models that stay from run to run. */
const limit = 2 * 2 ** 30;
/** Bytes of a model up to which it pays: of a larger one, to read what was compiled takes as long as to compile, for nearly all of it is weights (docs/performance.md). */
const largestModel = 128 * 2 ** 20;
/** Milliseconds after which a folder that a process has left behind is nobody's. */
const abandoned = 3_600_000;
/** Files of OpenVINO's. */
const blob = /\.blob$/;
/** Ours: key of the model, SHA-256 of the file, OpenVINO's own name. */
const kept = /^([0-9a-f]{64})-([0-9a-f]{64})-(\d+\.blob)$/;

/** What OpenVINO compiled of one model, kept for other sessions and processes. */
export interface GraphCache {
  /**
   * Calls `compile` with a folder for OpenVINO's `CACHE_DIR`, which holds what was compiled before of this variant of the model; what it adds there is kept. Without
   * a folder where none can be had, or where `compile` fails with what was kept.
   */
  around<T>(variant: string, compile: (folder: string | undefined) => Promise<T>): Promise<T>;
}

/** Keeps nothing. */
export const noCache: GraphCache = { around: (_, compile) => compile(undefined) };

/**
 * The cache for a model, a file or its bytes. `settings`: all else that what is compiled depends on. `OPENVINO_CACHE_DIR` names another folder than `~/.cache/retort/openvino`; empty,
 * none. What was not used for longest is deleted until the rest is below the limit, as OpenVINO itself deletes nothing.
 *
 * OpenVINO writes such a file where it will lie, maps it into memory as it reads it, and believes what it says: a process that finds one half-written, or deleted or shortened
 * meanwhile, may be ended by the system. So each compilation has a folder of its own; whole files are moved out of it, and come in by a link once their checksum is right.
 */
export async function graphCache(
  model: string | Uint8Array,
  settings: string,
  { env = process.env, bytes = limit }: { readonly env?: NodeJS.ProcessEnv; readonly bytes?: number } = {},
): Promise<GraphCache> {
  const folder = env[cacheVariable] ?? join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'retort', 'openvino');
  if (folder === '') return noCache;
  try {
    const size = typeof model === 'string' ? (await stat(model)).size : model.byteLength;
    if (size > largestModel || !(await isOurs(folder))) return noCache;
    const identity = createHash('sha256')
      .update(`${settings}\n`)
      .update(await sha256(model));
    return new FolderCache(folder, bytes, (variant) => identity.copy().update(`\n${variant}`).digest('hex'));
  } catch {
    return noCache; // What is wrong with the model OpenVINO says.
  }
}

/** Makes the folder where it is not there. What lies in it is run, so that nobody else may write there. */
async function isOurs(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await stat(folder);
  const others = constants.S_IWGRP | constants.S_IWOTH;
  return process.getuid === undefined || (uid === process.getuid() && (mode & others) === 0);
}

class FolderCache implements GraphCache {
  readonly #folder: string;
  readonly #bytes: number;
  readonly #keyOf: (variant: string) => string;

  constructor(folder: string, bytes: number, keyOf: (variant: string) => string) {
    this.#folder = folder;
    this.#bytes = bytes;
    this.#keyOf = keyOf;
  }

  async around<T>(variant: string, compile: (folder: string | undefined) => Promise<T>): Promise<T> {
    const key = this.#keyOf(variant);
    const own = await mkdtemp(join(this.#folder, '.compiling-')).catch(() => undefined);
    if (own === undefined) return compile(undefined);
    try {
      const known = await this.#fetch(key, own).catch(() => []);
      try {
        const compiled = await compile(own);
        await this.#keep(key, own, known).catch(() => undefined); // Only time is lost.
        return compiled;
      } catch (error) {
        if (known.length === 0 && !String(error).includes(own)) throw error;
        const compiled = await compile(undefined);
        await this.#forget(key).catch(() => undefined);
        return compiled;
      }
    } finally {
      // Where it is mapped, Windows does not let it go: then it is left for `tidy`.
      await rm(own, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Links what is kept into `own`, and gives OpenVINO's names of it. */
  async #fetch(key: string, own: string): Promise<string[]> {
    const known: string[] = [];
    for (const file of await readdir(this.#folder)) {
      const [, keyOfFile, sum, name] = kept.exec(file) ?? [];
      if (keyOfFile !== key || known.includes(name)) continue;
      const from = join(this.#folder, file);
      const to = join(own, name);
      try {
        await link(from, to).catch(() => copyFile(from, to)); // Not every file system has links.
        if ((await sha256(to)).toString('hex') === sum) {
          known.push(name);
          await utimes(from, new Date(), new Date());
          continue;
        }
        await rm(to);
        await rm(from);
      } catch {
        await rm(to, { force: true }); // Another process has deleted it.
      }
    }
    return known;
  }

  /** What OpenVINO cannot read, though it is whole, would fail each time. */
  async #forget(key: string): Promise<void> {
    for (const file of await readdir(this.#folder)) {
      if (kept.exec(file)?.[1] === key) await rm(join(this.#folder, file), { force: true });
    }
  }

  async #keep(key: string, own: string, known: readonly string[]): Promise<void> {
    for (const name of await readdir(own)) {
      if (known.includes(name) || !blob.test(name)) continue;
      const path = join(own, name);
      const sum = (await sha256(path)).toString('hex');
      await rename(path, join(this.#folder, `${key}-${sum}-${name}`));
    }
    await tidy(this.#folder, this.#bytes);
  }
}

/** Deletes what was left behind, and of what is kept the longest unused beyond `bytes`. */
async function tidy(folder: string, bytes: number): Promise<void> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      const entry = await lstat(path).catch(() => undefined); // Another process may have deleted it.
      return entry === undefined ? [] : [{ path, name, size: entry.size, used: entry.mtimeMs, isFile: entry.isFile() }];
    }),
  );
  const now = Date.now();
  let sum = 0;
  for (const { path, name, size, used, isFile } of found.flat().sort((a, b) => b.used - a.used)) {
    const isBlob = isFile && blob.test(name);
    if (isBlob) sum += size;
    const isLeft = name.startsWith('.compiling-') && now - used > abandoned;
    if (isLeft || (isBlob && sum > bytes)) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

async function sha256(model: string | Uint8Array): Promise<Buffer> {
  const hash = createHash('sha256');
  if (typeof model !== 'string') return hash.update(model).digest();
  for await (const piece of createReadStream(model, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest();
}
