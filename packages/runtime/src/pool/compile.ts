import { isDeepStrictEqual } from 'node:util';
import type { DeviceName } from '../devices.ts';
import type { HostTensor, Tensors } from '../executor.ts';
import type { SessionNames, WorkerSessionOptions } from './protocol.ts';
import { SessionWorker } from './worker-client.ts';

/** A model that is open in a process of its own. */
export interface Trial extends SessionNames {
  /** The outputs of one run, and what it took. */
  run(inputs: Tensors, outputs: readonly string[]): Promise<{ outputs: Record<string, HostTensor>; ms: number }>;
}

export interface CompileOptions {
  /** Default: `cpu`. */
  readonly device?: DeviceName;
  readonly nodeArguments?: readonly string[];
  /** Inputs for which the compiled model must give what the model gives. Default: none. */
  readonly probe?: (names: SessionNames) => readonly Tensors[];
}

/** How a pool's workers open models. */
export function poolSessionOptions(device: DeviceName = 'cpu', compiled = false): WorkerSessionOptions {
  return { device, threads: 1, optimize: !compiled };
}

/**
 * Makes the file that a pool opens, `into` (and `into` with `.data`), and tries it. All of that in a process of its own: what breaks there breaks nothing else,
 * and its memory is given back. Returns what to open: on a GPU that of the model itself, and on a CPU, too, where a compiled file does not give the same outputs to
 * the last bit for the inputs of `probe` (onnxruntime 1.30 spoils prepacked MatMulNBits).
 */
export async function compileModel<T>(
  file: string,
  into: string,
  trial: (model: Trial) => Promise<T>,
  { device = 'cpu', nodeArguments = [], probe = () => [] }: CompileOptions = {},
): Promise<{ readonly file: string; readonly compiled: boolean; readonly result: T }> {
  const worker = new SessionWorker('process', nodeArguments, () => undefined);
  try {
    const model = await openTrial(worker, 'model', file, poolSessionOptions(device));
    const inputs = probe(model);
    const expected = await outputsOf(model, inputs);
    for (const prepacked of device === 'cpu' ? [true, false] : []) {
      await worker.prepare(file, into, { device, threads: 1 }, prepacked);
      const compiled = await openTrial(worker, `compiled ${prepacked}`, into, poolSessionOptions(device, true));
      if (!isDeepStrictEqual(await outputsOf(compiled, inputs), expected)) continue;
      return { file: into, compiled: true, result: await trial(compiled) };
    }
    return { file, compiled: false, result: await trial(model) };
  } finally {
    worker.handle.kill();
  }
}

async function openTrial(
  worker: SessionWorker,
  key: string,
  file: string,
  options: WorkerSessionOptions,
): Promise<Trial> {
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
