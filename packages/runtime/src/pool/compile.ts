import { isDeepStrictEqual } from 'node:util';
import type { DeviceName } from '../devices.ts';
import type { HostTensor, Tensors } from '../executor.ts';
import type { PoolModel } from './pool.ts';
import type { SessionNames, WorkerSessionOptions } from './protocol.ts';
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
  /** Ends the processes. The error is then the signal's reason, and nobody writes any more. */
  readonly signal?: AbortSignal;
}

/** How a pool's workers open models. */
export function poolSessionOptions(
  device: DeviceName = 'cpu',
  { compiled = false, exactProducts = true }: Partial<Pick<PoolModel, 'compiled' | 'exactProducts'>> = {},
): WorkerSessionOptions {
  return { device, threads: 1, optimize: !compiled, exactProducts };
}

/**
 * Makes the file that a pool opens, `into` (and `into` with `.data`), and tries it. All of that in processes of their own: what breaks there breaks nothing else,
 * and their memory is given back. Returns what to open: on a GPU that of the model itself, and on a CPU, too, where a compiled file does not give the same outputs to
 * the last bit for the inputs of `probe`, or ends its process (onnxruntime 1.30 spoils prepacked MatMulNBits, in both ways).
 */
export async function compileModel<T>(
  file: string,
  into: string,
  trial: (model: Trial) => Promise<T>,
  { device = 'cpu', nodeArguments = [], exactProducts = true, probe = () => [], signal }: CompileOptions = {},
): Promise<Required<PoolModel> & { readonly result: T }> {
  return withWorker(nodeArguments, signal, async (worker) => {
    const model = await openTrial(worker, file, poolSessionOptions(device, { exactProducts }));
    const inputs = probe(model);
    const expected = await outputsOf(model, inputs);
    for (const prepacked of device === 'cpu' ? [true, false] : []) {
      // A process for each form: a session maps its file into memory, and the next form is written over it.
      const tried = await withWorker(nodeArguments, signal, async (other) => {
        await other.prepare(file, into, { device, threads: 1, exactProducts }, prepacked);
        const compiled = await openTrial(other, into, poolSessionOptions(device, { compiled: true, exactProducts }));
        const same = isDeepStrictEqual(await outputsOf(compiled, inputs), expected);
        return same ? { result: await trial(compiled) } : undefined;
      }).catch(unlessDead);
      if (tried !== undefined) return { file: into, compiled: true, exactProducts, ...tried };
    }
    return { file, compiled: false, exactProducts, result: await trial(model) };
  });
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

async function outputsOf(model: Trial, inputs: readonly Tensors[]): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const one of inputs) all.push((await model.run(one, model.outputNames)).outputs);
  return all;
}
