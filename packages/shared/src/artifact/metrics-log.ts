import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { isDiskFull } from '../errors.ts';

/** One point of a curve. */
export interface MetricPoint {
  readonly name: string;
  /** What is not finite is written as null. */
  readonly value: number;
  readonly step?: number;
  readonly epoch?: number;
}

/**
 * `metrics.jsonl`: one line a point, appended as the stage runs. While the disk is full the lines wait in memory, so that
 * hours of work do not end for a line.
 */
export class MetricsLog {
  readonly #path: string;
  #file: number | undefined;
  #waiting: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'a');
  }

  append(...points: readonly MetricPoint[]): void {
    const time = new Date().toISOString();
    this.#write(Buffer.from(points.map((point) => `${JSON.stringify({ time, ...point })}\n`).join('')));
  }

  /** Everything that was appended: what `restore` takes. */
  content(): Buffer {
    return Buffer.concat([readFileSync(this.#path), this.#waiting]);
  }

  /** Begins with the content of an earlier log. To be called before anything is appended. */
  restore(content: Uint8Array): void {
    this.#write(Buffer.from(content));
  }

  /** Throws if lines are waiting and the disk is still full. */
  close(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    try {
      while (this.#waiting.length > 0) this.#waiting = this.#waiting.subarray(writeSync(file, this.#waiting));
    } finally {
      closeSync(file);
    }
  }

  /** Closes the log without what waits for room. */
  abandon(): void {
    this.#waiting = Buffer.alloc(0);
    this.close();
  }

  #write(lines: Buffer): void {
    if (this.#file === undefined) throw new Error('the metrics log is closed');
    this.#waiting = this.#waiting.length === 0 ? lines : Buffer.concat([this.#waiting, lines]);
    try {
      while (this.#waiting.length > 0) this.#waiting = this.#waiting.subarray(writeSync(this.#file, this.#waiting));
    } catch (error) {
      if (!isDiskFull(error)) throw error;
    }
  }
}
