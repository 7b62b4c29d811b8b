import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** Another program than the workspace's own that is given each run; `off` gives it none. */
export const recorderVariable = 'RETORT_RECORDER';

/**
 * Starts the program that sends a run's points to the database as they come. It is known by its place alone, so that no
 * stage depends on its code. It lives on when the stage is killed, and the stage never waits for it; without it, or if it
 * fails, everything is in the folders. The number of its process, if there is one.
 */
export function startRecorder(workspace: string, id: string): number | undefined {
  const program = process.env[recorderVariable] || join(workspace, 'packages', 'tracking', 'dist', 'cli.js');
  if (program === 'off' || !existsSync(program)) return undefined;
  const child = spawn(process.execPath, [program, 'record', '--run', id], {
    cwd: workspace,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.once('error', () => undefined);
  child.unref();
  // What is wrong with the database is told among the stage's own lines.
  child.stderr.on('data', (text) => process.stderr.write(text));
  child.stderr.on('error', () => undefined);
  if (child.stderr instanceof Socket) child.stderr.unref();
  return child.pid;
}
