import type { Task, TaskSource, Wanted } from '@retort/runtime';
import { Paces } from './paces.ts';
import type { QueuedModel, Run } from './queued-model.ts';
import { logitRows, modelInputs } from './run-tensors.ts';

export type Priority = 'interactive' | 'background';

/** Inputs that wait, and their tokens. */
export interface Load {
  readonly inputs: number;
  readonly tokens: number;
}

interface Job {
  readonly waiting: Waiting;
  readonly priority: Priority;
  readonly model: QueuedModel;
  readonly ids: Int32Array;
  readonly types?: Int32Array;
  resolve(run: Run): void;
  reject(error: Error): void;
}

/** A request that waits. */
interface Waiting {
  readonly jobs: Job[];
  /** When its first job came, or it had a turn since. In milliseconds, as of `performance.now`. */
  since: number;
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
 * has; those of `background` only where no other waits. Where few wait, longest is as many times what the input's own run takes (highest response ratio next, Brinch
 * Hansen 1971): a text of a few words does not wait for three long ones. In a crowd, where all wait for many times their runs, long texts would wait for seconds by
 * that rule; there it is the plain time. Nothing waits to be joined by others.
 */
export class Turns implements TaskSource {
  readonly #wake: () => void;
  readonly #onRun: (model: QueuedModel, size: number, tokens: number, ms: number) => void;
  readonly #now: () => number;
  /** Requests with jobs that wait, in the order of `since`. */
  readonly #order = { interactive: new Set<Waiting>(), background: new Set<Waiting>() };
  /** Jobs that may share a run, by model and length. */
  readonly #alike = new Map<string, Set<Job>>();
  readonly #load = { interactive: { inputs: 0, tokens: 0 }, background: { inputs: 0, tokens: 0 } };
  readonly #paces = new Paces();
  #wakesSoon = false;
  #ended: Error | undefined;

  /** `now`: a clock, in milliseconds. */
  constructor(
    wake: () => void,
    onRun: (model: QueuedModel, size: number, tokens: number, ms: number) => void,
    now = () => performance.now(),
  ) {
    this.#wake = wake;
    this.#onRun = onRun;
    this.#now = now;
  }

  waiting(): number {
    return this.#load.interactive.inputs;
  }

  requests(): number {
    return this.#order.interactive.size;
  }

  /** What waits of one priority. */
  load(priority: Priority): Load {
    return this.#load[priority];
  }

  /** Rejects what waits, and what is added later: no worker will ever take it. */
  end(error: Error): void {
    this.#ended = error;
    for (const order of Object.values(this.#order)) {
      for (const { jobs } of order) this.#reject(jobs.splice(0), error);
      order.clear();
    }
  }

  /** A request's place in the queue. */
  open(priority: Priority): Turn {
    const jobs: Job[] = [];
    const waiting: Waiting = { jobs, since: 0 };
    const order = this.#order[priority];
    let dropped = this.#ended;
    const turn: Turn = {
      add: (model, ids, types) =>
        new Promise((resolve, reject) => {
          dropped ??= this.#ended;
          if (dropped !== undefined) return reject(dropped);
          const job: Job = { waiting, priority, model, ids, types, resolve, reject };
          jobs.push(job);
          if (!order.has(waiting)) this.#queue(waiting, order);
          this.#enter(job);
          if (bearsCompany(job)) this.#wakeSoon();
          else this.#wake();
        }),
      drop: (error) => {
        dropped = error;
        order.delete(waiting);
        this.#reject(jobs.splice(0), error);
        this.#wake(); // Without what is dropped it may be crowded no longer, and others go by other rules.
      },
    };
    return turn;
  }

  #reject(jobs: readonly Job[], error: Error): void {
    for (const job of jobs) {
      this.#leave(job);
      job.reject(error);
    }
  }

  /** Costs are milliseconds. Where they are limited, nothing of the background comes first: it would share the cores with what others wait for. */
  next(wanted: Wanted): Task | undefined {
    const { interactive, background } = this.#order;
    const job =
      this.#first(interactive, wanted) ?? (wanted.most === undefined ? this.#first(background, wanted) : undefined);
    if (job === undefined) return undefined;
    this.#take(job);
    return this.#task([job, ...this.#companions(job, wanted)]);
  }

  #first(order: Set<Waiting>, { crowded, most = Number.POSITIVE_INFINITY }: Wanted): Job | undefined {
    const now = this.#now();
    let first: Job | undefined;
    let longest = 0;
    for (const { jobs, since } of order) {
      const [job] = jobs;
      const cost = this.#paces.cost(job.model, job.ids.length);
      if (cost > most) continue;
      const times = (now - since) / cost;
      if (first === undefined || times > longest) {
        first = job;
        longest = times;
      }
      if (crowded) break; // The set is in the order of `since`.
    }
    return first;
  }

  /** Its request has had a turn. */
  #take(job: Job): void {
    const { waiting, priority } = job;
    this.#leave(job);
    waiting.jobs.splice(waiting.jobs.indexOf(job), 1);
    this.#order[priority].delete(waiting);
    if (waiting.jobs.length > 0) this.#queue(waiting, this.#order[priority]); // To the end.
  }

  #queue(waiting: Waiting, order: Set<Waiting>): void {
    waiting.since = this.#now();
    order.add(waiting);
  }

  /** Others of the same length; where more workers are idle, those get their part. */
  #companions({ model, ids }: Job, { idle, most = Number.POSITIVE_INFINITY }: Wanted): Job[] {
    const alike = this.#alike.get(alikeKey(model, ids));
    if (model.company === undefined || alike === undefined) return [];
    const tokens = Math.min(model.company.tokens, most / this.#paces.cost(model, 1));
    const room = Math.max(1, Math.floor(tokens / ids.length));
    const part = Math.ceil((alike.size + 1) / Math.max(1, idle));
    const companions = [...alike].slice(0, Math.min(room, part) - 1);
    for (const other of companions) this.#take(other);
    return companions;
  }

  /** When all that comes in this turn of the event loop is there: a run that starts with the first would leave the others behind, and they would gain nothing by it. */
  #wakeSoon(): void {
    if (this.#wakesSoon) return;
    this.#wakesSoon = true;
    setImmediate(() => {
      this.#wakesSoon = false;
      this.#wake();
    });
  }

  #enter(job: Job): void {
    const load = this.#load[job.priority];
    load.inputs++;
    load.tokens += job.ids.length;
    if (!bearsCompany(job)) return;
    const key = alikeKey(job.model, job.ids);
    const alike = this.#alike.get(key);
    if (alike === undefined) this.#alike.set(key, new Set([job]));
    else alike.add(job);
  }

  #leave(job: Job): void {
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
      cost: this.#paces.cost(model, ids.length), // Not of all of them: by that, others of their length would go by the express worker and not in company.
      resolve: ({ outputs, ms }) => {
        this.#paces.learn(model, jobs.length * ids.length, ms);
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

function bearsCompany({ model, ids }: Job): boolean {
  return model.company !== undefined && ids.length <= model.company.longest;
}

function alikeKey(model: QueuedModel, ids: Int32Array): string {
  return `${model.key}:${ids.length}`;
}
