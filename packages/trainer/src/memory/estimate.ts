import { totalmem } from 'node:os';
import { type Progress, type TrainingConfig, UserError } from '@retort/shared';
import { mostTokens } from '../data/batches.ts';
import { largestMask } from '../engine/dropout-pool.ts';
import { evaluationGraph, trainingGraph } from '../engine/graphs.ts';
import { type LossTerms, teacherOutputs } from '../losses/terms.ts';
import type { ModelConfig } from '../model/config.ts';
import { outputShape } from '../model/outputs.ts';
import { countParameters, wordTableName } from '../model/parameters.ts';
import { frozenParameters } from '../optimizer/parameter-groups.ts';
import { teacherBatch } from '../teacher/batch.ts';
import { activationBytes } from './activations.ts';

export interface MemoryQuestion {
  readonly config: ModelConfig;
  readonly losses: LossTerms;
  readonly settings: TrainingConfig;
  /** The longest input that the engine is made for. */
  readonly maxTokens: number;
  /** Tokens of the longest text. */
  readonly longestText: number;
  /** Another model that stays in memory, and is asked before the training for what the terms of the loss need: the teacher. */
  readonly otherModel?: ModelConfig;
  /** Whether OpenVINO computes. */
  readonly byOpenVino?: boolean;
}

type Taker = 'weights' | 'gradients' | 'moments' | 'dropout' | 'teacher' | 'activations' | 'runtime';

/** Bytes, by what takes them. */
export type MemoryEstimate = Readonly<Record<Taker, number> & { OpenVINO?: number }>;

/** Node, onnxruntime and the graphs, before the first tensor: measured. */
const runtimeBytes = 270 * 2 ** 20;
/** Memory that onnxruntime's arena takes for each byte of values alive: measured, up to 1.04 for parts of changing lengths. */
const arenaFactor = 1.05;
/**
 * What OpenVINO takes for each byte of gradients, dropout, activations and runtime of onnxruntime's. In bf16, where that computes the first steps beside it, of 16 x 128 tokens: 1.06 for 6 layers of 384,
 * 1.49 for BERT-base, whose weights it keeps in bf16 as well. In fp32, with its graph for full batches and that for others, 6 layers of 384 take 2104 MiB and BERT-base 7869, by onnxruntime 953 and 3494.
 */
const openVinoFactor = 1.7;
/**
 * The memory of a training on the processor. With P parameters, T of them trained, V x H in the word table, at most N tokens that are
 * read at once (`mostTokens`), L in the longest text, and A heads, in float32:
 * - weights: 2 x 4 P, those in training and the best; and those of a teacher;
 * - gradients: 4 (T - V H + min(N, V) H), or 4 T where the word table is frozen; twice where a step has several parts;
 * - moments: 2 x 4 T;
 * - dropout: 4 (M + min(64 M, 2^23)) with M = N max(H, A L), the largest mask;
 * - teacher: what it gives for a part, 4 N H for each output that has rows for all tokens;
 * - activations: the most that is alive at once in the training graph (activations.ts), times what the arena takes; or,
 *   where that is more, what is alive while the teacher is asked, or the 8 P + 8 T of a checkpoint that is read before the
 *   first step;
 * - OpenVINO: where it computes, its two graphs beside all that onnxruntime takes, which computes the first steps in bf16.
 */
export function estimateMemory(question: MemoryQuestion): MemoryEstimate {
  const { config, losses, settings, maxTokens, longestText, otherModel, byOpenVino = false } = question;
  const { batchSize, dropout } = settings;
  const parameters = countParameters(config);
  const unique = Math.min(mostTokens(batchSize, maxTokens), config.vocabularySize);
  const frozen = frozenParameters(config, settings);
  const trained = countParameters(config, frozen);
  const otherWords = frozen.has(wordTableName(config)) ? 0 : (config.vocabularySize - unique) * config.hidden;
  const graph = trainingGraph(config, losses, dropout, frozen);
  const tokens = mostTokens(batchSize, longestText);
  const alive = activationBytes(graph, lengthsFor(config, tokens, longestText));
  const engine = {
    gradients: (hasParts(settings, longestText) ? 8 : 4) * (trained - otherWords),
    dropout: dropoutBytes(config, settings, maxTokens),
    activations: Math.max(arenaFactor * alive, checkpointBytes(config, frozen), askingBytes(question)),
    runtime: runtimeBytes,
  };
  return {
    weights: 4 * (2 * parameters + (otherModel === undefined ? 0 : countParameters(otherModel))),
    gradients: engine.gradients,
    moments: 8 * trained,
    dropout: engine.dropout,
    teacher: outputBytes(losses, tokens / longestText, longestText),
    activations: engine.activations,
    runtime: engine.runtime,
    ...(byOpenVino && { OpenVINO: openVinoFactor * sum(engine) }),
  };
}

/** The pool that masks are cut out of: the largest mask, and room (engine/dropout-pool.ts). */
export function dropoutBytes(config: ModelConfig, { batchSize, dropout }: TrainingConfig, maxTokens: number): number {
  const mask = largestMask(config, batchSize, maxTokens);
  return dropout === 0 ? 0 : 4 * (mask + Math.min(64 * mask, 8 * 2 ** 20));
}

/** The named lengths of a graph that reads so many tokens at once, in texts as long as the longest: whole texts, for shapes are whole. */
export function lengthsFor({ vocabularySize }: ModelConfig, tokens: number, longestText: number) {
  return { batch: Math.ceil(tokens / longestText), length: longestText, unique: Math.min(tokens, vocabularySize) };
}

/** Whether the gradients of several parts are added up before a step. */
export function hasParts({ batchSize, accumulation }: TrainingConfig, longestText: number): boolean {
  return accumulation > 1 || batchSize * longestText > mostTokens(batchSize, longestText);
}

/** What the terms of a loss are given of the teacher for so many texts of so many tokens. */
function outputBytes(losses: LossTerms, texts: number, tokens: number): number {
  const size = { hidden: losses.teacher?.hidden ?? 0, labels: 0 };
  const elements = teacherOutputs(losses).map((output) =>
    outputShape(output, size, texts, tokens).reduce((product, length) => product * length, 1),
  );
  return 4 * elements.reduce((a, b) => a + b, 0);
}

/** What is alive while the teacher is asked. */
function askingBytes({ losses, longestText, otherModel }: MemoryQuestion): number {
  const outputs = teacherOutputs(losses);
  if (otherModel === undefined || outputs.length === 0) return 0;
  const graph = evaluationGraph(otherModel, undefined, undefined, outputs);
  const tokens = mostTokens(teacherBatch, longestText);
  const alive = activationBytes(graph, lengthsFor(otherModel, tokens, longestText));
  return arenaFactor * alive + outputBytes(losses, tokens / longestText, longestText);
}

/** The largest checkpoint: weights, the best weights, and two moments of what is trained, float32. */
export function checkpointBytes(config: ModelConfig, frozen?: ReadonlySet<string>): number {
  return 8 * (countParameters(config) + countParameters(config, frozen));
}

/**
 * Tells what a training will take, and returns it in bytes. Throws a UserError if the machine has not so much; `field` is
 * where the experiment file says how to train.
 */
export function announceMemory(
  progress: Progress,
  question: MemoryQuestion,
  field: string,
  available = machineMemory(),
): number {
  const estimate = estimateMemory(question);
  const total = sum(estimate);
  if (total > available) {
    throw new UserError(`training would take about ${memorySize(total)}, this machine has ${memorySize(available)}`, {
      place: { field: `${field}.batchSize` },
      remedy: remedyFor(question, available),
    });
  }
  const taken = Object.entries(estimate).filter(([, bytes]) => bytes > 0);
  const parts = taken.map(([name, bytes]) => `${name} ${memorySize(bytes)}`);
  progress.line(
    `memory: about ${memorySize(total)} at the most (${parts.join(', ')}), of ${memorySize(available)} here`,
  );
  return total;
}

/** The largest batch, by halves, that would fit; with it, the accumulation that keeps the step as it is. */
function remedyFor(question: MemoryQuestion, available: number): string {
  const { batchSize, accumulation } = question.settings;
  for (let halves = 1; batchSize / 2 ** halves >= 1; halves++) {
    const smaller = Math.floor(batchSize / 2 ** halves);
    const more = Math.ceil((batchSize * accumulation) / smaller);
    const settings = { ...question.settings, batchSize: smaller, accumulation: more };
    if (sum(estimateMemory({ ...question, settings })) <= available) {
      return `lower batchSize to ${smaller} and raise accumulation to ${more}, or lower maxTokens`;
    }
  }
  return 'lower maxTokens, or take a model of fewer layers or less width';
}

/** Bytes: the machine's, or the container's if that is less. */
function machineMemory(): number {
  const limit = process.constrainedMemory(); // 0, or a number beyond all memory, where there is no limit.
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function sum(estimate: Partial<MemoryEstimate>): number {
  return Object.values(estimate).reduce((a, b) => a + b, 0);
}

/** `110 GB`, `1.25 GB`, `83 MB`, `4.2 MB`, `12 kB`. */
export function memorySize(bytes: number): string {
  const megabytes = bytes / 2 ** 20;
  if (megabytes < 1) return `${Math.ceil(bytes / 2 ** 10)} kB`;
  if (megabytes < 100) return `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`;
  return `${(bytes / 2 ** 30).toFixed(bytes < 10 * 2 ** 30 ? 2 : 0)} GB`;
}
