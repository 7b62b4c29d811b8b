import type { GateConfig, Machine } from '@retort/shared';
import type { Company } from './company.ts';
import type { Attempt, Passage } from './pass.ts';
import type { Sensitivity } from './sensitivity.ts';

/** What is known of one quantized file. */
export interface GatedFile {
  /** Relative to the model folder. */
  readonly file: string;
  readonly bytes: number;
  readonly reduceRange: boolean;
  /** Layers in float32. */
  readonly kept: readonly string[];
  /** What keeping them costs: the file's bytes less those of the same model with no layer kept. */
  readonly keptBytes: number;
  /** Whether the file gives the same on every processor. */
  readonly saturationSafe: boolean;
  readonly attempts: readonly Attempt[];
  readonly ranking?: readonly Sensitivity[];
  readonly company: Company;
  /** `alone` if a probability moves by more than the gate's `company`. */
  readonly batch: 'alone' | 'any';
}

/** `gate.json`: everything that the gate learnt of a model, unrounded. */
export interface GateResult {
  /** Version of this form. */
  readonly format: 1;
  readonly model: string;
  readonly recipe: string;
  readonly embeddings: string;
  readonly tolerances: GateConfig;
  /** The texts. */
  readonly texts: { readonly name: string; readonly n: number; readonly sha256: string };
  /** Of the fp32 file. */
  readonly parentBytes: number;
  /** The model, and its twin with 7-bit weights where one was made. */
  readonly files: readonly GatedFile[];
  readonly machine: Pick<Machine, 'cpu' | 'arch' | 'flags' | 'flagsKnown'> & { readonly saturates: boolean };
  /** Such as `onnxruntime 1.30.0 (cpu)`. */
  readonly executor: string;
}

export function gatedFile(
  file: string,
  { attempts, ranking }: Pick<Passage, 'attempts' | 'ranking'>,
  found: Pick<GatedFile, 'bytes' | 'reduceRange' | 'saturationSafe' | 'company' | 'batch'>,
): GatedFile {
  const last = attempts[attempts.length - 1];
  const keptBytes = last.bytes - attempts[0].bytes;
  return { file, ...found, kept: last.kept, keptBytes, attempts, ranking };
}

/** Figures by name, for the manifest of a stage. `prefix`: such as `student-int8`. */
export function gateMetrics(
  prefix: string,
  { bytes, keptBytes, kept, attempts, company }: GatedFile,
): Record<string, number> {
  const { agreement, meanLogitChange, largestLogitChange, parent, quantized, mcnemar, n } =
    attempts[attempts.length - 1].verdict;
  const metrics: Record<string, number | null> = {
    bytes,
    kept: kept.length,
    keptBytes,
    'gate.n': n,
    'gate.agreement': agreement,
    'gate.meanLogitChange': meanLogitChange,
    'gate.largestLogitChange': largestLogitChange,
    'gate.accuracy': quantized.accuracy,
    'gate.accuracy.fp32': parent.accuracy,
    'gate.p': mcnemar.p,
    'company.largest': company.largest,
    'company.p99': company.p99,
  };
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) => (value === null ? [] : [[`${prefix}.${name}`, value]])),
  );
}
