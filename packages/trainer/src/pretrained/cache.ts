import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { missingFiles } from './files.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A model of the hub. `revision` is a branch, a tag or a commit. */
export interface HubModel {
  readonly model: string;
  readonly revision: string;
}

const commit = /^[0-9a-f]{40}$/;

/** Where Hugging Face's tools keep what they have downloaded (huggingface_hub, "Environment variables"). */
export function hubCache(environment: Environment): string {
  return environment.HF_HUB_CACHE || environment.HUGGINGFACE_HUB_CACHE || join(hubHome(environment), 'hub');
}

/** The token for private and gated models: HF_TOKEN, or what `huggingface-cli login` has stored. */
export function hubToken(environment: Environment): string | undefined {
  if (environment.HF_TOKEN) return environment.HF_TOKEN.trim();
  const path = environment.HF_TOKEN_PATH || join(hubHome(environment), 'token');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() || undefined : undefined;
}

export function isOffline(environment: Environment): boolean {
  return /^(?:1|on|yes|true)$/i.test(environment.HF_HUB_OFFLINE || environment.TRANSFORMERS_OFFLINE || '');
}

/** A model's folder in the cache: `blobs` by checksum, `snapshots` by commit with links to these, `refs` with the commits of branches. */
export function repositoryFolder(cache: string, model: string): string {
  return join(cache, `models--${model.replaceAll('/', '--')}`);
}

/** The folder of a revision that lies whole in the cache, and its commit. */
export function findSnapshot(
  cache: string,
  { model, revision }: HubModel,
): { folder: string; commit: string } | undefined {
  const repository = repositoryFolder(cache, model);
  const ref = join(repository, 'refs', revision);
  const known = commit.test(revision) ? revision : existsSync(ref) ? readFileSync(ref, 'utf8').trim() : undefined;
  if (known === undefined || !commit.test(known)) return undefined;
  const folder = join(repository, 'snapshots', known);
  return missingFiles(folder).length === 0 ? { folder, commit: known } : undefined;
}

function hubHome({ HF_HOME: home, XDG_CACHE_HOME: cache }: Environment): string {
  return home || join(cache || join(homedir(), '.cache'), 'huggingface');
}
