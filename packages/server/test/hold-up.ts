import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

/**
 * Puts a pipe in place of a file: whoever reads it waits. `read` settles when somebody does; `end` lets him go, and takes the pipe away.
 */
export function holdUp(path: string) {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
  let writer: number | undefined;
  return {
    async read(): Promise<void> {
      while (writer === undefined) {
        try {
          writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
        } catch {
          await setImmediate(); // Nobody reads it yet.
        }
      }
    },
    end(): void {
      if (writer !== undefined) closeSync(writer);
      rmSync(path);
    },
  };
}
