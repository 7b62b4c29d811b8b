import type { DeviceName } from '../devices.ts';
import type { HostTensor, SessionOptions, Tensors } from '../executor.ts';

/** What a session worker is asked. Each is answered once, by `Answer` of the same `id`. */
export type Question = { readonly id: number } & (
  | { readonly ask: 'open'; readonly key: string; readonly file: string; readonly options: WorkerSessionOptions }
  | { readonly ask: 'close'; readonly key: string }
  | {
      readonly ask: 'prepare';
      readonly file: string;
      readonly into: string;
      readonly options: WorkerSessionOptions;
      readonly prepacked: boolean;
    }
  | { readonly ask: 'unpad'; readonly file: string; readonly into: string }
  | { readonly ask: 'run'; readonly key: string; readonly tensors: Tensors; readonly outputs: readonly string[] }
);

export interface WorkerSessionOptions extends SessionOptions {
  readonly device: DeviceName;
  /** As of `PoolModel`. */
  readonly longest?: number;
}

/** What a session says of itself. */
export interface SessionNames {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

export type Answer = { readonly id: number } & (
  | { readonly error: string; readonly remedy?: string }
  | { readonly names: SessionNames }
  | { readonly tensors: Record<string, HostTensor>; readonly ms: number }
  | { readonly written: boolean }
  | { readonly done: true }
);
