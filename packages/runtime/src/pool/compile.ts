import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { DeviceName } from '../devices.ts';
import type { HostTensor, Tensors } from '../executor.ts';
import { mentions } from '../mentions.ts';
import type { PoolModel } from './pool.ts';
import type { SessionNames, WorkerSessionOptions } from './protocol.ts';
import { type Outputs, sameAnswers } from './same-answers.ts';
import { SessionWorker, WorkerDied } from './worker-client.ts';

/** A model that is open in a process of its own. */
export interface Trial extends SessionNames {
  /** The outputs of one run, and what it took. */
  run(inputs: Tensors, outputs: readonly string[]): Promise<{ outputs: Record<string, HostTensor>; ms: number }>;
}

export interface CompileOptions {
  /** Default: `cpu`. */
  readonly device?: DeviceName;
  readonly nodeArguments?: readonly string[];
  /** As for a session. Default: true. */
  readonly exactProducts?: boolean;
  /** Inputs for which the compiled model must give what the model gives. Default: none. */
  readonly probe?: (names: SessionNames) => readonly Tensors[];
  /**
   * Whether inputs are never padded. Attention then reads no mask and is faster, in the same sums in another order, if for the inputs of `probe` the answers stay
   * the same (`sameAnswers`). Default: false.
   */
  readonly unpadded?: boolean;
  /** As for the pool. */
  readonly longest?: number;
  /** Ends the processes. The error is then the signal's reason, and nobody writes any more. */
  readonly signal?: AbortSignal;
}

/** What is compiled, and what it gives for the inputs of `probe`. */
interface Source {
  readonly file: string;
  readonly outputs: readonly Outputs[];
}

/** How a pool's workers open models. */
export function poolSessionOptions(
  device: DeviceName = 'cpu',
  { compiled = false, exactProducts = true, longest }: Partial<Omit<PoolModel, 'file'>> = {},
): WorkerSessionOptions {
  return { device, threads: 1, optimize: !compiled, exactProducts, longest };
}

/**
 * Makes the file that a pool opens, `into` (and `into` with `.data`), and tries it. All of that in processes of their own: what breaks there breaks nothing else,
 * and their memory is given back. Returns what to open: on a GPU that of the model itself, and on a CPU, too, where a compiled file does not give the same outputs to
 * the last bit for the inputs of `probe`, or ends its process (onnxruntime 1.30 spoils prepacked MatMulNBits, in both ways). The same as what it is compiled of, that is:
 * the model, or with `unpadded` the model without attention's mask, which is compared with it first.
 */
export async function compileModel<T>(
  file: string,
  into: string,
  trial: (model: Trial) => Promise<T>,
  options: CompileOptions = {},
): Promise<PoolModel & { readonly result: T }> {
  const { device = 'cpu', nodeArguments = [], exactProducts = true, probe = () => [], unpadded = false } = options;
  const { signal, longest } = options;
  return withWorker(nodeArguments, signal, async (worker) => {
    const model = await openTrial(worker, file, poolSessionOptions(device, { exactProducts, longest }));
    const inputs = probe(model);
    const own: Source = { file, outputs: await outputsOf(model, inputs) };
    const rewritten = `${into}.unpadded`;
    try {
      const faster = device === 'cpu' && unpadded ? await withoutPadding(own, rewritten, inputs, options) : [];
      for (const source of device === 'cpu' ? [...faster, own] : []) {
        for (const prepacked of [true, false]) {
          // A process for each form: a session maps its file into memory, and the next form is written over it.
          const tried = await withWorker(nodeArguments, signal, async (other) => {
            await other.prepare(source.file, into, { device, threads: 1, exactProducts }, prepacked);
            const session = poolSessionOptions(device, { compiled: true, exactProducts });
            const compiled = await openTrial(other, into, session);
            const same = isDeepStrictEqual(await outputsOf(compiled, inputs), source.outputs);
            return same ? { result: await trial(compiled) } : undefined;
          }).catch(source === own ? unlessDead : unlessAborted(signal));
          if (tried !== undefined) return { file: into, compiled: true, exactProducts, ...tried };
        }
      }
    } finally {
      await rm(rewritten, { recursive: true, force: true });
    }
    return { file, compiled: false, exactProducts, longest, result: await trial(model) };
  });
}

/** The model without attention's mask, written into `file`, where it has one and answers alike without. */
async function withoutPadding(
  own: Source,
  file: string,
  inputs: readonly Tensors[],
  { nodeArguments = [], exactProducts = true, signal }: CompileOptions,
): Promise<Source[]> {
  const make = async () => {
    // Most files have none, and a process for nothing would cost each start half a second.
    if (!(await mentions(own.file, ['MultiHeadAttention'], signal))) return undefined;
    return withWorker(nodeArguments, signal, async (worker) => {
      if (!(await worker.unpad(own.file, file))) return undefined;
      return outputsOf(await openTrial(worker, file, poolSessionOptions('cpu', { exactProducts })), inputs);
    });
  };
  const made = await make().catch(unlessAborted(signal));
  return made !== undefined && sameAnswers(own.outputs, made) ? [{ file, outputs: made }] : [];
}

async function withWorker<T>(
  nodeArguments: readonly string[],
  signal: AbortSignal | undefined,
  use: (worker: SessionWorker) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const worker = new SessionWorker('process', nodeArguments, () => undefined);
  const kill = () => worker.handle.kill();
  signal?.addEventListener('abort', kill);
  try {
    return await use(worker);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

/** What goes wrong with a rewritten model is no reason to refuse the model itself. */
function unlessAborted(signal: AbortSignal | undefined): () => undefined {
  return () => {
    signal?.throwIfAborted();
    return undefined;
  };
}

/** A form that ends its process cannot be used; any other error is the caller's. */
function unlessDead(error: unknown): undefined {
  if (error instanceof WorkerDied) return undefined;
  throw error;
}

async function openTrial(worker: SessionWorker, file: string, options: WorkerSessionOptions): Promise<Trial> {
  const key = 'trial';
  const names = await worker.open(key, file, options);
  return {
    ...names,
    run: (inputs, outputs) =>
      new Promise((resolve, reject) => {
        worker.run({ model: key, inputs, outputs, resolve, reject }, () => undefined, reject);
      }),
  };
}

async function outputsOf(model: Trial, inputs: readonly Tensors[]): Promise<Outputs[]> {
  const all: Outputs[] = [];
  for (const one of inputs) all.push((await model.run(one, model.outputNames)).outputs);
  return all;
}
