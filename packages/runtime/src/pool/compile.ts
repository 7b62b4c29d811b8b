import { isDeepStrictEqual } from 'node:util';
import type { DeviceName } from '../devices.ts';
import type { HostTensor, Tensors } from '../executor.ts';
import type { PoolModel } from './pool.ts';
import type { CompiledForm, SessionNames, WorkerSessionOptions } from './protocol.ts';
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
   * Whether inputs are never padded. Attention then loses its mask and is faster, in the same sums in another order, if what the model gives for the inputs of `probe`
   * stays within `sameAnswers`. Default: false.
   */
  readonly unpadded?: boolean;
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
  {
    device = 'cpu',
    nodeArguments = [],
    exactProducts = true,
    probe = () => [],
    unpadded = false,
    signal,
  }: CompileOptions = {},
): Promise<Required<PoolModel> & { readonly result: T }> {
  return withWorker(nodeArguments, signal, async (worker) => {
    const model = await openTrial(worker, file, poolSessionOptions(device, { exactProducts }));
    const inputs = probe(model);
    const expected = await outputsOf(model, inputs);
    for (const form of device === 'cpu' ? formsToTry(unpadded) : []) {
      // A process for each form: a session maps its file into memory, and the next form is written over it.
      const tried = await withWorker(nodeArguments, signal, async (other) => {
        const made = await other.prepare(file, into, { device, threads: 1, exactProducts }, form);
        const compiled = await openTrial(other, into, poolSessionOptions(device, { compiled: true, exactProducts }));
        const found = await outputsOf(compiled, inputs);
        const good = made.unpadded ? sameAnswers(expected, found) : isDeepStrictEqual(found, expected);
        return good ? { result: await trial(compiled) } : undefined;
      }).catch(unlessDead);
      if (tried !== undefined) return { file: into, compiled: true, exactProducts, ...tried };
    }
    return { file, compiled: false, exactProducts, result: await trial(model) };
  });
}

/** The fastest first. */
function formsToTry(unpadded: boolean): CompiledForm[] {
  const both = [true, false].map((prepacked) => ({ prepacked, unpadded: false }));
  return unpadded ? [{ prepacked: true, unpadded }, ...both] : both;
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

async function outputsOf({ inputNames, outputNames, run }: Trial, inputs: readonly Tensors[]): Promise<Outputs[]> {
  const all: Outputs[] = [];
  for (const one of inputs) {
    // Without its mask a model has an input less.
    const taken = Object.fromEntries(Object.entries(one).filter(([name]) => inputNames.includes(name)));
    all.push((await run(taken, outputNames)).outputs);
  }
  return all;
}
