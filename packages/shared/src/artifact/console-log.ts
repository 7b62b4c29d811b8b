import { closeSync, openSync, writeSync } from 'node:fs';
import { listenToLines } from '../terminal/said-lines.ts';

/** What a stage said, in its folder: a line each, with the time before it. It tells about a run; no other stage reads it. */
export const consoleFile = 'console.log';

/** Bytes after which nothing more is written: the lines of a week. */
const limit = 4 << 20;

/** Writes down the lines that the process says, from its first one on. What the disk does not take is let go. */
export class ConsoleLog {
  #file: number | undefined;
  #written = 0;
  readonly #stop: () => void;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
    this.#stop = listenToLines((line) => this.append(line));
  }

  append(line: string): void {
    if (this.#file === undefined || this.#written > limit) return;
    try {
      this.#written += writeSync(this.#file, `${new Date().toISOString()}  ${line}\n`);
    } catch {
      // A stage must not end for what it says.
    }
  }

  close(): void {
    this.#stop();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
