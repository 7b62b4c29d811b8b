import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { downloadFile, modelInfo, type PathInfo, pathsInfo } from '@huggingface/hub';
import { type Progress, UserError } from '@retort/shared';
import { indexFile, shardFiles, weightsFile } from '../checkpoint/shards.ts';
import { type HubModel, repositoryFolder } from './cache.ts';
import { fetchBlob, type RemoteFile } from './fetch-blob.ts';
import { tokenizerFileNames } from './files.ts';
import { hubFetch } from './hub-fetch.ts';

export interface DownloadOptions {
  /** The hub's address. */
  readonly endpoint: string;
  readonly token?: string;
  /** Folder of Hugging Face's cache. */
  readonly cache: string;
  readonly progress: Progress;
  readonly retryDelay?: number;
}

/**
 * Downloads the files of a checkpoint into Hugging Face's cache, in the layout that all their tools share. The hub's
 * API and its addresses are @huggingface/hub's; files are kept by `fetchBlob`, because its own downloads into the cache
 * neither go on after a cut nor check what came, and two at once write into one file. No xet: it has no checksum to check.
 */
export async function downloadCheckpoint(
  model: HubModel,
  options: DownloadOptions,
): Promise<{ folder: string; commit: string }> {
  const { endpoint, progress } = options;
  const connection = { hubUrl: endpoint, fetch: hubFetch(endpoint, options.token) };
  const repo = { type: 'model', name: model.model } as const;
  const info = await modelInfo({
    ...connection,
    name: model.model,
    revision: model.revision,
    additionalFields: ['sha', 'filePaths'],
  });
  const commit = info.sha;
  if (!/^[0-9a-f]{40}$/.test(commit)) throw noHub(endpoint, `it names the commit "${commit}"`);
  const repository = repositoryFolder(options.cache, model.model);
  const folder = join(repository, 'snapshots', commit);

  const bring = async (paths: readonly string[]) => {
    if (paths.length === 0) return;
    const found = await pathsInfo({ ...connection, repo, revision: commit, paths: [...paths] });
    for (const file of found.filter(({ path }) => paths.includes(path))) {
      const blob = await fetchBlob(join(repository, 'blobs'), remoteFile(file), {
        onBytes: (done) => progress.update(`fetching ${file.path} of ${model.model}  ${megabytes(done, file.size)}`),
        retryDelay: options.retryDelay ?? 1000,
      });
      await link(blob, join(folder, file.path));
    }
  };
  const remoteFile = (file: PathInfo): RemoteFile => ({
    path: file.path,
    size: file.size,
    digest: digestOf(file, endpoint),
    async open(from) {
      const blob = await downloadFile({ ...connection, repo, revision: commit, path: file.path, xet: false });
      if (blob === null) throw new Error(`the hub lists "${file.path}", but does not have it`);
      return blob.slice(from).stream();
    },
  });

  progress.line(`fetching ${model.model} at ${commit.slice(0, 12)} from ${endpoint}`);
  const offered = new Set(info.filePaths);
  const weights = [weightsFile, indexFile].find((file) => offered.has(file));
  if (weights === undefined) throw withoutWeights(model);
  await bring(['config.json', ...tokenizerFileNames, weights].filter((file) => offered.has(file)));
  if (weights === indexFile) {
    const index = join(folder, indexFile);
    await bring(shardFiles(readFileSync(index, 'utf8'), index));
  }
  if (model.revision !== commit) await writeRef(join(repository, 'refs', model.revision), commit);
  return { folder, commit };
}

function digestOf({ path, lfs, oid }: PathInfo, endpoint: string): RemoteFile['digest'] {
  const digest =
    lfs === undefined ? { kind: 'git' as const, hex: oid ?? '' } : { kind: 'sha256' as const, hex: lfs.oid };
  if (!/^[0-9a-f]{40,64}$/.test(digest.hex)) throw noHub(endpoint, `it names no checksum of "${path}"`);
  return digest;
}

/** A link beside its final name, then renamed: whoever looks sees no file or a whole one. */
async function link(blob: string, path: string): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  try {
    await symlink(relative(dirname(path), blob), temporary);
  } catch (error) {
    // Windows lets not everyone make links.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    await copyFile(blob, temporary);
  }
  await replace(temporary, path);
}

async function writeRef(path: string, commit: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = temporaryName(path);
  await writeFile(temporary, commit);
  await replace(temporary, path);
}

async function replace(temporary: string, path: string): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function temporaryName(path: string): string {
  return `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
}

function megabytes(done: number, size: number): string {
  return `${(done / 1e6).toFixed(1)} of ${(size / 1e6).toFixed(1)} MB`;
}

/** An answer that no hub gives. */
export function noHub(endpoint: string, what: string, cause?: unknown): UserError {
  return new UserError(`${endpoint} does not answer as the Hugging Face hub does: ${what}`, {
    remedy: 'check HF_ENDPOINT and whatever stands between us and it, such as a proxy',
    cause,
  });
}

function withoutWeights({ model, revision }: HubModel): UserError {
  return new UserError(`"${model}" at ${revision} has no ${weightsFile} on the hub`, {
    remedy:
      'name a revision that has one, such as a commit of the hub\'s conversion bot ("refs/pr/1"), or convert the weights to safetensors',
  });
}
