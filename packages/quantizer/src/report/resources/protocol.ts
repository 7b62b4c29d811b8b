import type { DeviceName } from '@retort/runtime';
import type { Resources } from '../results.ts';

/** What the process that measures one model is told. */
export interface ResourceQuestion {
  /** Absolute path of the ONNX file. */
  readonly file: string;
  /** Default: `cpu`. */
  readonly device?: DeviceName;
  /** As for a session. */
  readonly exactProducts: boolean;
  /** For each text its windows. */
  readonly texts: readonly (readonly Int32Array[])[];
  /** Of the session whose memory and batches are measured. */
  readonly threads: number;
  readonly workers: number;
  /** Empty where inputs must run alone. */
  readonly batchSizes: readonly number[];
  /** Milliseconds that each measurement of a speed takes. */
  readonly budgetMs: number;
}

/** What it answers: a failure as its message. */
export type ResourceAnswer = { readonly resources: Resources } | { readonly error: string };
