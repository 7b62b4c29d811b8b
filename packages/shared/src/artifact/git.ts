import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

/** The code's state. `dirty`: files differ from the commit, or are new. */
export const gitSchema = z.object({ commit: z.string(), dirty: z.boolean() });
export type GitState = z.output<typeof gitSchema>;

const run = promisify(execFile);

/** Undefined outside of a repository, and without git. */
export async function describeGit(workspace: string): Promise<GitState | undefined> {
  if (!isInRepository(workspace)) return undefined;
  // No locks: somebody may be committing.
  const options = { cwd: workspace, timeout: 30_000, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } };
  try {
    const [commit, status] = await Promise.all([
      run('git', ['rev-parse', 'HEAD'], options),
      run('git', ['status', '--porcelain'], { ...options, maxBuffer: 1 << 26 }),
    ]);
    return { commit: commit.stdout.trim(), dirty: status.stdout !== '' };
  } catch {
    return undefined;
  }
}

function isInRepository(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  return dirname(folder) !== folder && isInRepository(dirname(folder));
}
