import { createHash } from 'node:crypto';
import { type Artifact, describeMachine, type Experiment, type Stage, sha256, stageSlice } from '@retort/shared';
import { z } from 'zod';
import type { EvaluationTexts, TrainingTexts } from '../data/texts.ts';
import type { Parameters } from '../model/parameters.ts';
import { codeVersion } from './code-version.ts';

/** What decides the result of a training to the byte: a checkpoint goes on only where all of it is the same. */
const subjectSchema = z.object({
  stage: z.string(),
  /** The stage's slice of the resolved configuration, seed included. */
  config: z.record(z.string(), z.unknown()),
  /** Stage whose artifact is read -> sha256 of its checksums. */
  artifacts: z.record(z.string(), z.string()),
  /** sha256 of the weights before the first step, wherever they come from. */
  weights: z.string(),
  /** sha256 of the tokens and labels of both splits. */
  texts: z.string(),
  code: z.string(),
  /** What may differ, at the price of other last bits: a run may go on at another machine. */
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type Subject = z.output<typeof subjectSchema>;

/** What a training is made of, besides its configuration and the code. */
export interface SubjectParts {
  /** The artifacts that the stage reads. */
  readonly artifacts: readonly Artifact[];
  /** As they are before the first step. */
  readonly parameters: Parameters;
  readonly train: TrainingTexts;
  readonly validation: EvaluationTexts;
  /** Library, version and device that run the graphs. */
  readonly engine: string;
}

export function subjectOf(experiment: Experiment, stage: Stage, made: SubjectParts): Subject {
  const { cpu, cores } = describeMachine();
  const slice: Record<string, unknown> = stageSlice(experiment.config, stage);
  return {
    stage,
    // As it is read back: without keys that are undefined.
    config: z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(slice))),
    artifacts: Object.fromEntries(
      made.artifacts.map(({ manifest }) => [manifest.stage, sha256(JSON.stringify(manifest.outputs))]),
    ),
    weights: hashOf([...made.parameters.values()].map(({ data }) => data)),
    texts: hashOf([
      ...[...made.train.texts, made.train.labels],
      ...[...made.validation.windows.flat(), made.validation.labels],
    ]),
    code: codeVersion(),
    machine: { cpu, cores, system: `${process.platform} ${process.arch}`, node: process.version, engine: made.engine },
  };
}

/** Why a checkpoint of `saved` must not be gone on with; undefined if it may. */
export function misfit(saved: unknown, now: Subject): string | undefined {
  const result = subjectSchema.safeParse(saved);
  if (!result.success) return 'it has another form';
  const then = result.data;
  if (then.stage !== now.stage) return `it is of the stage ${then.stage}`;
  const config = difference(then.config, now.config);
  if (config !== undefined) return config;
  for (const [stage, sum] of Object.entries(now.artifacts)) {
    if (then.artifacts[stage] !== sum) return `the artifact of ${stage} is another one`;
  }
  if (then.texts !== now.texts) return 'the texts give other tokens';
  if (then.weights !== now.weights) return 'the weights start elsewhere';
  if (then.code !== now.code) return 'it was made by another version of the code';
  return undefined;
}

/** What differs between the machines of a fitting checkpoint and of now: `node was v20.19.0 and is v22.1.0`. */
export function machineDifference(saved: unknown, now: Subject): string | undefined {
  const result = subjectSchema.safeParse(saved);
  return result.success ? difference(result.data.machine, now.machine) : undefined;
}

/** The first place at which two JSON values differ, in words. */
function difference(a: unknown, b: unknown, path = ''): string | undefined {
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inner = difference(a[key], b[key], path === '' ? key : `${path}.${key}`);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
  if (JSON.stringify(a) === JSON.stringify(b)) return undefined;
  return `${path} was ${brief(a)} and is ${brief(b)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function brief(value: unknown): string {
  const text = value === undefined ? 'not set' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function hashOf(arrays: readonly (Float32Array | Int32Array)[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength, length } of arrays) {
    hash.update(`${length},`).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex');
}
