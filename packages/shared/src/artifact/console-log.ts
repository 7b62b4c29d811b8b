import { appendFileSync, writeFileSync } from 'node:fs';
import { listenToLines } from '../terminal/said-lines.ts';

/** What a stage said, in its folder: a line each, with the time before it. It tells about a run; no other stage reads it. */
export const consoleFile = 'console.log';

/** Bytes after which nothing more is written: the lines of a week. */
const limit = 4 << 20;

/** The log of the stage that this process ran last: its lines come after its artifact was made, too. */
let last: ConsoleLog | undefined;

/** Writes down the lines that the process says, until another log begins. What the disk does not take is let go. */
export class ConsoleLog {
  #path: string;
  #written = 0;
  readonly #stop: () => void;

  constructor(path: string) {
    last?.close();
    last = this;
    this.#path = path;
    writeFileSync(path, '');
    this.#stop = listenToLines((line) => this.append(line));
  }

  append(line: string): void {
    if (this.#written > limit) return;
    const text = `${new Date().toISOString()}  ${line}\n`;
    this.#written += text.length;
    try {
      // No file is kept open: on some systems the folder could not be renamed then.
      appendFileSync(this.#path, text);
    } catch {
      // A stage must not end for what it says.
    }
  }

  /** The file is elsewhere from now on. */
  moved(path: string): void {
    this.#path = path;
  }

  close(): void {
    this.#stop();
  }
}
