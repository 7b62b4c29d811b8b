import type { DeviceName, WorkerKind } from '@retort/runtime';
import type { LocatedModel } from '../model/locate.ts';

export interface VariantOptions {
  readonly model: LocatedModel;
  /** Finds the model again, and checks it, when its folder has changed. Default: it lies where it lay. */
  readonly locate?: () => Promise<LocatedModel>;
  /** Its part of the requests that name no model, relative to the others. Default: 1 for the first variant, 0 for the others. */
  readonly weight?: number;
  /** Default: false. */
  readonly shadow?: boolean;
}

export interface ServiceOptions {
  /** At least one, each with an id of its own. */
  readonly variants: readonly VariantOptions[];
  /** Default: one a core; on a GPU one. */
  readonly workers?: number;
  /** Workers beside those for texts that are far shorter than all that are being read. Default: 1 on the CPU by onnxruntime, which maps weights; elsewhere 0. */
  readonly express?: number;
  /** Default: `process`. */
  readonly workerKind?: WorkerKind;
  /** Default: `cpu`. */
  readonly device?: DeviceName;
  /** How many texts and windows may wait. Default: 128 a worker. */
  readonly queueLimit?: number;
  /** Milliseconds between two looks at the folders; 0: only `refresh` looks. Default: 2,000. */
  readonly watchMs?: number;
  /** Whether the gain of company is measured at the start. Default: false. */
  readonly tune?: boolean;
  /** Where measurements are kept. */
  readonly tuned?: string;
  /** Folder for compiled models. Default: in the system's folder for temporary files. */
  readonly scratch?: string;
  /** Arguments of Node for workers. */
  readonly nodeArguments?: readonly string[];
  /** Ends the loading: nothing of it stays, and the error is the signal's reason. */
  readonly signal?: AbortSignal;
  /** As of the pool. */
  onTerminated?(): void;
}
