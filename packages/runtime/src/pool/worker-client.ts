import { UserError } from '@retort/shared';
import type { HostTensor, Tensors } from '../executor.ts';
import type { Answer, Question, SessionNames, WorkerSessionOptions } from './protocol.ts';
import { startWorker, type WorkerHandle, type WorkerKind } from './worker.ts';

/** One run of a model. */
export interface Task {
  /** The key by which the model was opened. */
  readonly model: string;
  readonly inputs: Tensors;
  readonly outputs: readonly string[];
  /** What its run takes, in any unit that is that of all. Default: 0, unknown: no express worker then takes anything beside it. */
  readonly cost?: number;
  /** `ms`: what the run itself took. */
  resolve(result: { readonly outputs: Record<string, HostTensor>; readonly ms: number }): void;
  reject(error: Error): void;
}

/** A worker has ended before it answered. */
export class WorkerDied extends Error {
  /** That ended its process, if one did. */
  readonly signal: NodeJS.Signals | undefined;

  constructor(reason: string, signal?: NodeJS.Signals) {
    super(`a worker has died: ${reason}`);
    this.name = 'WorkerDied';
    this.signal = signal;
  }
}

type Ask = Question extends infer Q ? (Q extends unknown ? Omit<Q, 'id'> : never) : never;

const another = 'a worker has answered another question';

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const entry = new URL(`./session-worker.${extension}`, import.meta.url);

/** A worker that is alive, and what it has been asked. */
export class SessionWorker {
  readonly handle: WorkerHandle;
  /** Tasks that it has, the first of them running. */
  readonly tasks = new Set<Task>();
  readonly #waiting = new Map<number, { answer(answer: Answer): void; died(error: WorkerDied): void }>();
  #lastId = 0;
  #died: WorkerDied | undefined;

  /** `died` is told the tasks that it leaves behind. */
  constructor(
    kind: WorkerKind,
    nodeArguments: readonly string[],
    died: (tasks: readonly Task[], error: WorkerDied) => void,
  ) {
    const events = {
      message: (message: unknown) => this.#receive(message as Answer),
      exit: (reason: string, signal?: NodeJS.Signals) => {
        const tasks = [...this.tasks];
        this.tasks.clear();
        const error = new WorkerDied(reason, signal);
        this.#died = error;
        for (const waiting of this.#waiting.values()) waiting.died(error);
        this.#waiting.clear();
        died(tasks, error);
      },
    };
    this.handle = startWorker(kind, entry, events, nodeArguments);
  }

  open(key: string, file: string, options: WorkerSessionOptions): Promise<SessionNames> {
    return this.#ask({ ask: 'open', key, file, options }).then((answer) => {
      if ('names' in answer) return answer.names;
      throw new Error(another);
    });
  }

  async close(key: string): Promise<void> {
    await this.#ask({ ask: 'close', key });
  }

  async prepare(file: string, into: string, options: WorkerSessionOptions, prepacked: boolean): Promise<void> {
    await this.#ask({ ask: 'prepare', file, into, options, prepacked });
  }

  /** Whether it has written `into` the model for inputs without padding. */
  async unpad(file: string, into: string): Promise<boolean> {
    const answer = await this.#ask({ ask: 'unpad', file, into });
    if ('written' in answer) return answer.written;
    throw new Error(another);
  }

  /** The task's own functions are called, unless the worker dies first; `free` is called when it has one task less. */
  run(task: Task, free: () => void, died: (error: WorkerDied) => void = () => undefined): void {
    this.tasks.add(task);
    const { model: key, inputs, outputs } = task;
    this.#post(
      { ask: 'run', key, tensors: inputs, outputs },
      {
        died,
        answer: (answer) => {
          this.tasks.delete(task);
          free();
          if ('ms' in answer) task.resolve({ outputs: answer.tensors, ms: answer.ms });
          else task.reject(new Error('error' in answer ? answer.error : another));
        },
      },
    );
  }

  #ask(question: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const answer = (it: Answer) => ('error' in it ? reject(failure(it)) : resolve(it));
      this.#post(question, { answer, died: reject });
    });
  }

  #post(question: Ask, waiting: { answer(answer: Answer): void; died(error: WorkerDied): void }): void {
    if (this.#died !== undefined) {
      waiting.died(this.#died); // Nobody would answer.
      return;
    }
    const id = ++this.#lastId;
    this.#waiting.set(id, waiting);
    this.handle.post({ id, ...question });
  }

  #receive(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    waiting?.answer(answer);
  }
}

function failure({ error, remedy }: { readonly error: string; readonly remedy?: string }): Error {
  return remedy === undefined ? new Error(error) : new UserError(error, { remedy });
}
