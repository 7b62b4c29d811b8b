import type { HostTensor, Task, TaskSource, Tensors } from '@retort/runtime';

/** How many inputs of equal length may share a run. */
export interface Company {
  /** Longest input that gains by it, in tokens. */
  readonly longest: number;
  /** Most tokens of a run. */
  readonly tokens: number;
}

/** What the queue needs to know of a model. */
export interface QueuedModel {
  /** By which the pool knows it. */
  readonly key: string;
  readonly inputNames: readonly string[];
  readonly labelCount: number;
  /** Undefined: an input runs alone, for its answer would depend on the others. */
  readonly company?: Company;
}

export interface Run {
  /** [labels] */
  readonly logits: Float32Array;
  readonly ms: number;
  /** How many shared it. */
  readonly size: number;
}

export type Priority = 'interactive' | 'background';

/** Inputs that wait, and their tokens. */
export interface Load {
  readonly inputs: number;
  readonly tokens: number;
}

interface Job {
  readonly turn: Turn;
  readonly priority: Priority;
  readonly model: QueuedModel;
  readonly ids: Int32Array;
  readonly types?: Int32Array;
  resolve(run: Run): void;
  reject(error: Error): void;
  /** Whether it no longer waits. */
  taken: boolean;
}

/** What waits of one request. */
export interface Turn {
  /** Queues an input of the model, `[CLS]` to `[SEP]`. `types`: of each token; default: all 0. */
  add(model: QueuedModel, ids: Int32Array, types?: Int32Array): Promise<Run>;
  /** Drops what waits; nothing more can be added. */
  drop(error: Error): void;
}

/**
 * The queue before the workers. Requests take turns: each time a worker is free the one that has waited longest since its last turn gives an input, whatever number it
 * has; those of `background` only where no other waits. Nothing waits to be joined by others.
 */
export class Turns implements TaskSource {
  readonly #wake: () => void;
  readonly #onRun: (model: QueuedModel, size: number, tokens: number, ms: number) => void;
  /** Requests with jobs that wait, in the order of their turns. */
  readonly #order = { interactive: new Set<Job[]>(), background: new Set<Job[]>() };
  /** Jobs that may share a run, by model and length. */
  readonly #alike = new Map<string, Set<Job>>();
  readonly #load = { interactive: { inputs: 0, tokens: 0 }, background: { inputs: 0, tokens: 0 } };
  #ended: Error | undefined;

  constructor(wake: () => void, onRun: (model: QueuedModel, size: number, tokens: number, ms: number) => void) {
    this.#wake = wake;
    this.#onRun = onRun;
  }

  waiting(): number {
    return this.#load.interactive.inputs + this.#load.background.inputs;
  }

  /** What waits of one priority. */
  load(priority: Priority): Load {
    return this.#load[priority];
  }

  /** Rejects what waits, and what is added later: no worker will ever take it. */
  end(error: Error): void {
    this.#ended = error;
    for (const order of Object.values(this.#order)) {
      for (const jobs of order) this.#reject(jobs.splice(0), error);
      order.clear();
    }
  }

  /** A request's place in the queue. */
  open(priority: Priority): Turn {
    const jobs: Job[] = [];
    const order = this.#order[priority];
    let dropped = this.#ended;
    const turn: Turn = {
      add: (model, ids, types) =>
        new Promise((resolve, reject) => {
          dropped ??= this.#ended;
          if (dropped !== undefined) return reject(dropped);
          const job: Job = { turn, priority, model, ids, types, resolve, reject, taken: false };
          jobs.push(job);
          order.add(jobs);
          this.#enter(job);
          this.#wake();
        }),
      drop: (error) => {
        dropped = error;
        order.delete(jobs);
        this.#reject(jobs.splice(0), error);
      },
    };
    return turn;
  }

  #reject(jobs: readonly Job[], error: Error): void {
    for (const job of jobs) {
      if (job.taken) continue;
      this.#leave(job);
      job.reject(error);
    }
  }

  next(idle: number): Task | undefined {
    const job = this.#first(this.#order.interactive) ?? this.#first(this.#order.background);
    if (job === undefined) return undefined;
    this.#leave(job);
    return this.#task([job, ...this.#companions(job, idle)]);
  }

  #first(order: Set<Job[]>): Job | undefined {
    for (const jobs of order) {
      order.delete(jobs);
      let job = jobs.shift();
      while (job?.taken) job = jobs.shift(); // It has gone in company.
      if (jobs.length > 0) order.add(jobs); // To the end.
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** Others of the same length; where more workers are idle, those get their part. */
  #companions({ model, ids }: Job, idle: number): Job[] {
    const alike = this.#alike.get(alikeKey(model, ids));
    if (model.company === undefined || alike === undefined) return [];
    const room = Math.floor(model.company.tokens / ids.length);
    const part = Math.ceil((alike.size + 1) / Math.max(1, idle));
    const companions = [...alike].slice(0, Math.min(room, part) - 1);
    for (const job of companions) this.#leave(job);
    return companions;
  }

  #enter(job: Job): void {
    const load = this.#load[job.priority];
    load.inputs++;
    load.tokens += job.ids.length;
    if (job.model.company === undefined || job.ids.length > job.model.company.longest) return;
    const key = alikeKey(job.model, job.ids);
    const alike = this.#alike.get(key);
    if (alike === undefined) this.#alike.set(key, new Set([job]));
    else alike.add(job);
  }

  #leave(job: Job): void {
    job.taken = true;
    const load = this.#load[job.priority];
    load.inputs--;
    load.tokens -= job.ids.length;
    const key = alikeKey(job.model, job.ids);
    const alike = this.#alike.get(key);
    alike?.delete(job);
    if (alike?.size === 0) this.#alike.delete(key);
  }

  #task(jobs: readonly Job[]): Task {
    const [{ model, ids }] = jobs;
    return {
      model: model.key,
      inputs: modelInputs(
        model.inputNames,
        jobs.map((job) => job.ids),
        jobs.map((job) => job.types),
      ),
      outputs: ['logits'],
      resolve: ({ outputs, ms }) => {
        this.#onRun(model, jobs.length, ids.length, ms);
        try {
          const rows = logitRows(outputs.logits, jobs.length, model.labelCount);
          for (const [i, job] of jobs.entries()) job.resolve({ logits: rows[i], ms, size: jobs.length });
        } catch (error) {
          for (const job of jobs) job.reject(error as Error);
        }
      },
      reject: (cause) => {
        const error = new Error(`the model failed on ${ids.length} tokens: ${cause.message}`, { cause });
        for (const job of jobs) job.reject(error);
      },
    };
  }
}

function alikeKey(model: QueuedModel, ids: Int32Array): string {
  return `${model.key}:${ids.length}`;
}

/** Inputs of equal length, as many as `rows`, for one run. `types`: of each row's tokens, where they are not all 0. */
export function modelInputs(
  inputNames: readonly string[],
  rows: readonly Int32Array[],
  types: readonly (Int32Array | undefined)[] = [],
): Tensors {
  const [{ length }] = rows;
  const int64 = (data: BigInt64Array): HostTensor => ({ type: 'int64', shape: [rows.length, length], data }); // [batch, length]
  const joined = (all: readonly (Int32Array | undefined)[]) => {
    const data = new BigInt64Array(rows.length * length);
    for (const [r, row] of all.entries()) {
      if (row !== undefined) for (let i = 0; i < length; i++) data[r * length + i] = BigInt(row[i]);
    }
    return int64(data);
  };
  const all: Readonly<Record<string, () => HostTensor>> = {
    input_ids: () => joined(rows),
    attention_mask: () => int64(new BigInt64Array(rows.length * length).fill(1n)),
    token_type_ids: () => joined(types),
  };
  return Object.fromEntries(inputNames.map((name) => [name, all[name]()]));
}

/** The logits of each row; an error if they are not what a classifier of so many labels gives. */
export function logitRows(logits: HostTensor, rows: number, labelCount: number): Float32Array[] {
  const { data, type, shape } = logits;
  if (!(data instanceof Float32Array) || data.length !== rows * labelCount) {
    throw new Error(`the logits are ${type} [${shape.join(', ')}], not float32 [${rows}, ${labelCount}]`);
  }
  if (!data.every(Number.isFinite)) throw new Error('the logits are not finite');
  return Array.from({ length: rows }, (_, r) => data.slice(r * labelCount, (r + 1) * labelCount));
}
