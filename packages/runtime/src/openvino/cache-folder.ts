import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const cacheVariable = 'OPENVINO_CACHE_DIR';

/** Bytes of compiled models that stay from run to run. */
const limit = 2 * 2 ** 30;

/**
 * Where OpenVINO keeps compiled models, or undefined where it shall or can keep none. `OPENVINO_CACHE_DIR` names another folder; empty, none. Files that were not used for longest are
 * deleted until the rest is below the limit, as OpenVINO itself deletes none.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, bytes = limit): string | undefined {
  const folder = env[cacheVariable] ?? join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'retort', 'openvino');
  if (folder === '') return undefined;
  try {
    // What lies there is run: nobody else may write it.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    trim(folder, bytes);
    return folder;
  } catch {
    return undefined;
  }
}

function trim(folder: string, bytes: number): void {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.blob'))
    .map((name) => {
      const { size, atimeMs, mtimeMs } = statSync(join(folder, name));
      return { path: join(folder, name), size, used: Math.max(atimeMs, mtimeMs) };
    })
    .sort((a, b) => b.used - a.used);
  let sum = 0;
  for (const { path, size } of files) {
    sum += size;
    if (sum > bytes) rmSync(path, { force: true });
  }
}
