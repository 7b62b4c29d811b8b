import { closeSync, openSync, writeSync } from 'node:fs';

/** One point of a curve. */
export interface MetricPoint {
  readonly name: string;
  /** What is not finite is written as null. */
  readonly value: number;
  readonly step?: number;
  readonly epoch?: number;
}

/** `metrics.jsonl`: one line a point, appended as the stage runs. */
export class MetricsLog {
  #file: number | undefined;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  append(...points: readonly MetricPoint[]): void {
    if (this.#file === undefined) throw new Error('the metrics log is closed');
    const time = new Date().toISOString();
    writeSync(this.#file, points.map((point) => `${JSON.stringify({ time, ...point })}\n`).join(''));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
