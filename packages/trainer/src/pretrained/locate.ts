import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { HubApiError } from '@huggingface/hub';
import { type CheckpointSource, type Progress, sha256File, UserError } from '@retort/shared';
import { type Environment, findSnapshot, type HubModel, hubCache, hubToken, isOffline } from './cache.ts';
import { downloadCheckpoint, noHub } from './download.ts';
import { messageOf } from './fetch-blob.ts';
import { checkpointFiles, missingFiles, neededFiles } from './files.ts';

/** A whole checkpoint on this machine. */
export interface Checkpoint {
  /** What people call it, such as `bert-base-uncased@86b5e0934494`. */
  readonly name: string;
  readonly folder: string;
  /** Name for the manifest -> sha256, of the files that are read. */
  digests(): Promise<Record<string, string>>;
}

export interface LocateOptions {
  readonly workspace: string;
  readonly progress: Progress;
  readonly environment?: Environment;
  readonly retryDelay?: number;
}

/**
 * Finds a checkpoint: a folder as it is; a model of the hub in `models/<id>` of the workspace, then in Hugging Face's
 * cache, then on the hub, from where it is downloaded into that cache. HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN and
 * HF_HUB_OFFLINE mean what they mean to Hugging Face's own tools.
 */
export async function locateCheckpoint(source: CheckpointSource, options: LocateOptions): Promise<Checkpoint> {
  const { workspace } = options;
  if (source.kind === 'folder') return localCheckpoint(source.folder, workspace);
  const local = join(workspace, 'models', source.model);
  if (existsSync(local)) return localCheckpoint(local, workspace);
  const environment = options.environment ?? process.env;
  const cache = hubCache(environment);
  const found = findSnapshot(cache, source) ?? (await download(source, cache, environment, options));
  return {
    name: `${source.model}@${found.commit.slice(0, 12)}`,
    folder: found.folder,
    digests: () => digestsOf(found.folder, `hub:${source.model}@${found.commit}`),
  };
}

function localCheckpoint(folder: string, workspace: string): Checkpoint {
  const name = relative(workspace, folder).replaceAll('\\', '/');
  const missing = missingFiles(folder);
  if (missing.length > 0) {
    throw new UserError(`the checkpoint lacks ${missing.join(', ')}`, {
      place: { file: name },
      remedy: `put ${missing.join(', ')} there: a checkpoint is ${neededFiles}`,
    });
  }
  return { name, folder, digests: () => digestsOf(folder, name) };
}

async function download(source: HubModel, cache: string, environment: Environment, options: LocateOptions) {
  const remedy = `put ${neededFiles} of "${source.model}" into models/${source.model}`;
  if (isOffline(environment)) {
    throw new UserError(`"${source.model}" at ${source.revision} is not on this machine, and HF_HUB_OFFLINE is set`, {
      place: { file: `models/${source.model}` },
      remedy: `${remedy}, or unset HF_HUB_OFFLINE`,
    });
  }
  const endpoint = (environment.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
  const { progress, retryDelay } = options;
  try {
    return await downloadCheckpoint(source, { endpoint, token: hubToken(environment), cache, progress, retryDelay });
  } catch (error) {
    throw explain(error, source, endpoint, remedy);
  }
}

/** What a failed request means to the user. */
function explain(error: unknown, { model, revision }: HubModel, endpoint: string, remedy: string): unknown {
  if (error instanceof HubApiError) {
    const { statusCode } = error;
    if (statusCode === 401 || statusCode === 403) {
      return new UserError(`the hub does not show "${model}" to us (${statusCode}): it is private, gated or misspelt`, {
        remedy: 'check the name; for a private or gated model set HF_TOKEN to a token that may read it',
        cause: error,
      });
    }
    if (statusCode === 404) {
      return new UserError(`the hub has no model "${model}" with a revision "${revision}"`, {
        remedy: 'check the name and the revision',
        cause: error,
      });
    }
    return new UserError(`the hub at ${endpoint} answered with ${statusCode}: ${error.message}`, {
      remedy: `try again later, or ${remedy}`,
      cause: error,
    });
  }
  // What `fetch` throws when there is no connection; its cause tells why.
  if (messageOf(error) === 'fetch failed') {
    const reason = messageOf((error as Error).cause) || 'no connection';
    return new UserError(`"${model}" is not on this machine, and the hub at ${endpoint} cannot be reached: ${reason}`, {
      place: { file: `models/${model}` },
      remedy: `${remedy}, or run it again with a connection`,
      cause: error,
    });
  }
  // A page where JSON should be: a proxy's, or that of another site.
  if (isSyntaxError(error)) return noHub(endpoint, messageOf(error), error);
  return error;
}

function isSyntaxError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'SyntaxError';
}

async function digestsOf(folder: string, name: string): Promise<Record<string, string>> {
  const digests: Record<string, string> = {};
  for (const file of checkpointFiles(folder)) digests[`${name}/${file}`] = await sha256File(join(folder, file));
  return digests;
}
