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
}

/** How a pool's workers open models. A GPU's are not compiled beforehand: its weights are not read from the CPU's memory. */
export function poolSessionOptions(device: DeviceName = 'cpu'): WorkerSessionOptions {
  return { device, threads: 1, optimize: device !== 'cpu' };
}

/**
 * Makes the file that a pool opens, `into` (and `into` with `.data`), and tries it. All of that in a process of its own: what breaks there breaks nothing else,
 * and its memory is given back. Returns the path to open: on a GPU that of the model itself.
 */
export async function compileModel<T>(
  file: string,
  into: string,
  trial: (model: Trial) => Promise<T>,
  { device = 'cpu', nodeArguments = [] }: CompileOptions = {},
): Promise<{ readonly file: string; readonly result: T }> {
  const worker = new SessionWorker('process', nodeArguments, () => undefined);
  const path = device === 'cpu' ? into : file;
  try {
    if (device === 'cpu') await worker.prepare(file, into, { device, threads: 1 });
    const names = await worker.open('trial', path, poolSessionOptions(device));
    const run: Trial['run'] = (inputs, outputs) =>
      new Promise((resolve, reject) => {
        const task = { model: 'trial', inputs, outputs, resolve, reject };
        worker.run(task, () => undefined, reject);
      });
    return { file: path, result: await trial({ ...names, run }) };
  } finally {
    worker.handle.kill();
  }
}
