import { availableParallelism } from 'node:os';
import type { DeviceName } from '../devices.ts';
import { poolSessionOptions } from './compile.ts';
import type { SessionNames, WorkerSessionOptions } from './protocol.ts';
import type { WorkerKind } from './worker.ts';
import { SessionWorker, type Task, WorkerDied } from './worker-client.ts';

export interface PoolOptions {
  /** Default: one a core. */
  readonly workers?: number;
  /**
   * Workers beside those that take only tasks which cost far less than any that the others run, so that these need not wait for one to end: meanwhile the system shares
   * the cores out between more workers than there are cores. Not in a crowd, and not while none of the others is ready. Default: 0.
   */
  readonly express?: number;
  /** Default: `process`. */
  readonly kind?: WorkerKind;
  /** Default: `cpu`. */
  readonly device?: DeviceName;
  /** Arguments of Node for each worker, such as `--max-old-space-size=512`. */
  readonly nodeArguments?: readonly string[];
  /** A worker had died, and another has taken its place. */
  onRestart?(reason: string): void;
  /** Somebody has sent SIGTERM to a worker; another takes its place. */
  onTerminated?(): void;
}

/** Where the pool gets its work, when a worker is free for it. */
export interface TaskSource {
  /** The next task, or undefined where none waits that is wanted. */
  next(wanted: Wanted): Task | undefined;
  /** How many tasks wait, but for those that nobody is waiting for. */
  waiting(): number;
  /** How many requests these are of. */
  requests(): number;
}

/** For which worker the next task is. */
export interface Wanted {
  /** Workers that have none, this one included. */
  readonly idle: number;
  /** Whether more than twice as many requests wait as there are workers. */
  readonly crowded: boolean;
  /** What the task may cost, as of `Task.cost`: one that costs more waits on, and so does one that nobody is waiting for. Default: anything. */
  readonly most?: number;
}

interface Slot {
  /** Whether it takes only what is far shorter than what the others do. */
  readonly express: boolean;
  /** The one that has been started last, while it lives. */
  latest: SessionWorker | undefined;
  /** Undefined while a new one is on its way. */
  worker: SessionWorker | undefined;
  /** Settles when the worker that starts now has opened all models. */
  ready: Promise<void>;
  failures: number;
}

/** What workers open, as `compileModel` gives it. */
export interface PoolModel {
  readonly file: string;
  /** Whether `compileModel` wrote the file. Default: false. */
  readonly compiled?: boolean;
  /** As for a session, and for the compiled file when it was made. Default: true. */
  readonly exactProducts?: boolean;
  /** The most tokens that the model takes. Where lengths that come again are faster or take less memory, as by OpenVINO in bf16 and int8, inputs are padded up to it under their mask; no output may have an axis of tokens then. Default: they are not. */
  readonly longest?: number;
}

/** How often a task is given to another worker, after the first died over it. */
const maxRetries = 2;
/** Where more wait than this many times the workers, it is crowded. */
const crowd = 2;
/** What goes by an express worker costs at most this part of what is running: else it would gain little by it, and the others lose much. */
const expressPart = 1 / 2;
/** Wait before a worker is started again that has died before it was ready: doubled each time, up to the longest. */
const firstPauseMs = 50;
const longestPauseMs = 5000;

/**
 * Workers of one thread each, all with the same models open, that ask for work when they are free. One that dies is replaced, and what it had under way is
 * done by another.
 */
export class SessionPool {
  readonly size: number;
  readonly #options: PoolOptions;
  readonly #source: TaskSource;
  readonly #models = new Map<string, PoolModel>();
  readonly #slots: Slot[];
  readonly #retries: Task[] = [];
  readonly #attempts = new WeakMap<Task, number>();
  #ended = false;

  constructor(source: TaskSource, options: PoolOptions = {}) {
    this.size = options.workers ?? availableParallelism();
    this.#options = options;
    this.#source = source;
    this.#slots = Array.from({ length: this.size + (options.express ?? 0) }, (_, i) => ({
      express: i >= this.size,
      latest: undefined,
      worker: undefined,
      ready: Promise.resolve(),
      failures: 0,
    }));
    for (const slot of this.#slots) this.#start(slot);
  }

  /** Workers that take any task. */
  get ready(): number {
    return this.#workers(false).length;
  }

  /** Tasks that workers have. */
  get inFlight(): number {
    return this.#slots.reduce((sum, { worker }) => sum + (worker?.tasks.size ?? 0), this.#retries.length);
  }

  /** Process ids of the workers that are ready. */
  get pids(): number[] {
    return this.#slots.flatMap(({ worker }) => worker?.handle.pid ?? []).filter((pid) => pid > 0);
  }

  /** Opens a model in each worker, in one after the other so that the rest go on. An error leaves it open in none. */
  async open(key: string, model: PoolModel): Promise<SessionNames> {
    let names: SessionNames | undefined;
    let died: unknown;
    this.#models.set(key, model);
    try {
      for (const slot of this.#slots) {
        await slot.ready.catch(() => undefined);
        try {
          names = (await slot.worker?.open(key, model.file, this.#sessionOptions(model))) ?? names;
        } catch (error) {
          if (!(error instanceof WorkerDied)) throw error;
          died = error; // The next one opens all models, this one included.
        }
      }
      if (names === undefined) throw died ?? new WorkerDied('none of them starts');
    } catch (error) {
      await this.close(key);
      throw error;
    }
    return names;
  }

  /** Closes a model in each worker. Tasks of it must not follow. */
  async close(key: string): Promise<void> {
    this.#models.delete(key);
    // Also in one that is still opening models. A dead one has closed all.
    await Promise.all(this.#slots.map(({ latest }) => latest?.close(key).catch(() => undefined)));
  }

  /** Something waits. */
  wake(): void {
    while (!this.#ended && this.#giveOne());
  }

  /** Gives a worker a task, or says that there is none to give or to take it. */
  #giveOne(): boolean {
    const many = crowd * this.size;
    const crowded = this.#source.requests() > many;
    const workers = this.#workers(false);
    const idle = workers.filter(({ tasks }) => tasks.size === 0);
    if (idle.length > 0) {
      return this.#give(idle[0], this.#retries.shift() ?? this.#source.next({ idle: idle.length, crowded }));
    }
    if (!crowded && this.#giveBeside(workers)) return true;
    // Where so many wait, each worker has its next task at hand when it ends one. Otherwise that might keep a task from a worker that is free before.
    const ahead = this.#source.waiting() > many ? workers.find(({ tasks }) => tasks.size === 1) : undefined;
    return ahead !== undefined && this.#give(ahead, this.#retries.shift() ?? this.#source.next({ idle: 0, crowded }));
  }

  /** Gives an express worker a task that is far shorter than what the others run. */
  #giveBeside(others: readonly SessionWorker[]): boolean {
    const [free] = this.#workers(true).filter(({ tasks }) => tasks.size === 0);
    if (free === undefined || others.length === 0) return false;
    const shortest = Math.min(...others.map(({ tasks: [running] }) => running.cost ?? 0));
    if (shortest === 0) return false;
    return this.#give(free, this.#source.next({ idle: 1, crowded: false, most: shortest * expressPart }));
  }

  #give(worker: SessionWorker, task: Task | undefined): boolean {
    if (task !== undefined) worker.run(task, () => this.wake());
    return task !== undefined;
  }

  /** Those that are ready. */
  #workers(express: boolean): SessionWorker[] {
    return this.#slots.flatMap((slot) => (slot.express === express ? (slot.worker ?? []) : []));
  }

  /** Ends the workers at once. Tasks under way are rejected. */
  end(): void {
    this.#ended = true;
    for (const { latest } of this.#slots) latest?.handle.kill();
    for (const task of this.#retries.splice(0)) task.reject(new WorkerDied('the pool has ended'));
  }

  #sessionOptions(model: PoolModel): WorkerSessionOptions {
    return poolSessionOptions(this.#options.device, model);
  }

  #start(slot: Slot, restart?: string): void {
    const { kind = 'process', nodeArguments = [], onRestart } = this.#options;
    let alive = true;
    const worker = new SessionWorker(kind, nodeArguments, (tasks, error) => {
      alive = false;
      slot.latest = undefined;
      slot.worker = undefined;
      if (error.signal === 'SIGTERM') this.#options.onTerminated?.();
      this.#giveToOthers(tasks, error);
      if (!this.#ended) this.#startAgain(slot, error);
      this.wake();
    });
    slot.latest = worker;
    slot.ready = (async () => {
      for (const [key, model] of this.#models) await worker.open(key, model.file, this.#sessionOptions(model));
      if (!alive || this.#ended) return;
      slot.worker = worker;
      // One that has been asked nothing yet may still be unable to start.
      if (this.#models.size > 0) slot.failures = 0;
      if (restart !== undefined) onRestart?.(restart);
      this.wake();
    })();
    slot.ready.catch(() => worker.handle.kill()); // Its end starts another.
  }

  #startAgain(slot: Slot, error: WorkerDied): void {
    const pause = slot.failures === 0 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** slot.failures);
    slot.failures++;
    if (pause === 0) this.#start(slot, error.message);
    else setTimeout(() => !this.#ended && this.#start(slot, error.message), pause);
  }

  #giveToOthers(tasks: readonly Task[], error: WorkerDied): void {
    for (const [i, task] of tasks.entries()) {
      // Only the first can have been the reason; what waited behind it is as good as new.
      const attempts = (this.#attempts.get(task) ?? 0) + (i === 0 ? 1 : 0);
      this.#attempts.set(task, attempts);
      if (this.#ended || attempts > maxRetries) task.reject(error);
      else this.#retries.push(task);
    }
  }
}
