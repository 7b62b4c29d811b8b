import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { type Executor, executorFor, type Session } from '@retort/runtime';
import { describeMachine, type Progress } from '@retort/shared';
import { type Candidate, exactProductsOf, toModelResult } from './candidate.ts';
import { figuresOf, type Scored } from './figures.ts';
import { measureLatencies, measureMix } from './latency.ts';
import { countNormalized, countTexts, openReaders, type TextsAsRead } from './read-texts.ts';
import { measureResources } from './resources/measure.ts';
import type { EvaluationResult, Latency, Percentiles, Resources, Results, Robustness } from './results.ts';
import { perturbedTexts, robustnessOf, sampleTexts } from './robustness.ts';
import { checkInterface, scoreTexts } from './score.ts';
import type { TextSet } from './text-set.ts';

/** Untimed runs before the timed ones. */
const warmUp = 10;
/** Milliseconds for each model and length, after which slow models are timed no more. */
const latencyBudget = 2500;
/** Milliseconds a timed run of each figure that processes of their own measure. */
const resourceBudget = 6;
/** Texts that throughput, batches and memory are measured on. */
const resourceTexts = 32;
const batchSizes = [8, 32];

export interface ComparisonOptions {
  /** The teacher first: the others are tested against it. */
  readonly models: readonly Candidate[];
  readonly labelNames: readonly string[];
  /** The test split first: speed and robustness are measured on it. */
  readonly sets: readonly TextSet[];
  /** Tokens of the texts whose latency is measured. */
  readonly lengths: readonly number[];
  /** Most timed runs for each length, and texts whose latency is measured. */
  readonly runs: number;
  /** Whether throughput, load time and memory are measured. */
  readonly resources: boolean;
  /** Most texts that are perturbed. */
  readonly robustnessTexts: number;
  readonly executor: Executor;
  readonly threads: number;
  readonly progress: Progress;
}

export interface Comparison {
  readonly results: Omit<Results, 'format' | 'experiment'>;
  /** The logits of all models on each set, in the order of the sets. */
  readonly scored: readonly (readonly Scored[])[];
}

interface Opened {
  readonly model: Candidate;
  readonly session: Session;
}

/** Scores every text of all sets with every model, then measures their speed; the machine should do nothing else meanwhile. */
export async function compareModels(options: ComparisonOptions): Promise<Comparison> {
  const { models, sets, labelNames, executor, threads } = options;
  const [test] = sets;
  const readers = openReaders(models);
  const opened: Opened[] = [];
  const scored: Scored[][] = [];
  const evaluations: EvaluationResult[] = [];
  let robustness: Robustness[][];
  let speed: { latencies: Latency[][]; mix: Percentiles[] };
  try {
    for (const model of models) {
      const exactProducts = exactProductsOf(model);
      const session = await executorOf(model, executor).open(model.file, { threads, exactProducts });
      opened.push({ model, session });
      checkInterface(session, relative(process.cwd(), model.file));
    }
    for (const set of sets) {
      const read = readers(set.texts);
      const logits = await scoreAll(opened, read, set.name, options);
      scored.push(models.map(({ name, rule }, i) => ({ name, rule, logits: logits[i] })));
      evaluations.push(toEvaluation(models, set, read, figuresOf(scored[scored.length - 1], set, labelNames)));
    }
    robustness = await tryPerturbations(opened, readers, options);
    speed = await measureSpeed(opened, readers(sampleOf(test, options.runs)), options);
  } finally {
    for (const { session } of opened) await session.close();
  }
  const resources = options.resources
    ? await measureAllResources(readers(sampleOf(test, resourceTexts)), options)
    : models.map(() => null);
  const { latencies, mix } = speed;
  return {
    scored,
    results: {
      split: splitOf(evaluations[0], test, labelNames),
      measurement: {
        executor: describeExecutor(executor),
        threads,
        batch: 1,
        warmUp,
        runs: options.runs,
        machine: describeMachine(),
      },
      models: await Promise.all(
        models.map((model, i) =>
          toModelResult(model, evaluations[0].models[i], {
            latency: latencies[i],
            mix: mix[i],
            resources: resources[i],
            robustness: robustness[i],
            ...(model.device === undefined ? {} : { runtime: describeExecutor(executorOf(model, executor)) }),
          }),
        ),
      ),
      evaluations,
    },
  };
}

function executorOf({ device }: Candidate, usual: Executor): Executor {
  return device === undefined ? usual : executorFor(device);
}

function describeExecutor({ name, version, device, precision }: Executor): string {
  return `${name} ${version} (${device}${precision === undefined ? '' : `, ${precision}`})`;
}

function splitOf({ truncated, windowed, n }: EvaluationResult, { name, sha256 }: TextSet, labels: readonly string[]) {
  return { name, n, sha256, labels, truncated, windowed };
}

function sampleOf(set: TextSet, most: number): string[] {
  return sampleTexts(set, most).map((i) => set.texts[i]);
}

function toEvaluation(
  models: readonly Candidate[],
  { name, file, sha256, texts, rejected }: TextSet,
  read: readonly TextsAsRead[],
  figures: EvaluationResult['models'],
): EvaluationResult {
  return {
    name,
    file,
    sha256,
    n: texts.length,
    rejected,
    truncated: countTexts(read, ({ truncated }) => truncated),
    windowed: countTexts(read, ({ windows }) => windows.length > 1),
    normalized: countNormalized(models, texts),
    models: figures,
  };
}

/** The logits of some texts, for each model. `known`: for each model those that it has given before. */
async function scoreAll(
  opened: readonly Opened[],
  read: readonly TextsAsRead[],
  title: string,
  { labelNames, progress }: ComparisonOptions,
  known?: readonly Map<string, Float32Array>[],
): Promise<Float32Array[]> {
  const all: Float32Array[] = [];
  for (const [i, { model, session }] of opened.entries()) {
    const texts = read[i].texts.map(({ windows }) => windows);
    const logits = await scoreTexts(session, texts, labelNames.length, {
      file: relative(process.cwd(), model.file),
      known: known?.[i],
      onText: (done) => progress.update(`${title}  ${model.name}  text ${done}/${texts.length}`),
    });
    all.push(logits);
  }
  return all;
}

/** For each model. Texts that hygiene or the tokenizer read as before cost no run. */
async function tryPerturbations(
  opened: readonly Opened[],
  readers: ReturnType<typeof openReaders>,
  options: ComparisonOptions,
): Promise<Robustness[][]> {
  const [test] = options.sets;
  const sample = sampleTexts(test, options.robustnessTexts);
  const known = opened.map(() => new Map<string, Float32Array>());
  const logits: Float32Array[][] = [];
  for (const texts of [sample.map((i) => test.texts[i]), ...perturbedTexts(test, sample)]) {
    logits.push(await scoreAll(opened, readers(texts), 'robustness', options, known));
  }
  const labels = Int32Array.from(sample, (i) => test.labels[i]);
  return opened.map(({ model }, i) =>
    robustnessOf(
      logits.map((each) => each[i]),
      labels,
      options.labelNames.length,
      model.rule,
    ),
  );
}

/** Latencies at all lengths and of the sample's texts, for each model. */
async function measureSpeed(
  opened: readonly Opened[],
  sample: readonly TextsAsRead[],
  { lengths, runs, progress }: ComparisonOptions,
): Promise<{ latencies: Latency[][]; mix: Percentiles[] }> {
  const vocabularySize = Math.min(...sample.map((each) => each.vocabularySize));
  const sessions = opened.map(({ session }) => session);
  const latencies: Latency[][] = opened.map(() => []);
  const bounds = { warmUp, budgetMs: latencyBudget * opened.length };
  for (const length of new Set(lengths)) {
    const measured = await measureLatencies(sessions, {
      ...bounds,
      length,
      runs,
      vocabularySize,
      onRun: (run) => progress.update(`latency at ${length} tokens  run ${Math.max(0, run + 1)}/${runs}`),
    });
    measured.forEach((latency, i) => void latencies[i].push(latency));
  }
  const texts = sample.map((each) => each.texts.map(({ windows }) => windows));
  const mix = await measureMix(sessions, texts, {
    ...bounds,
    onRun: (run) => progress.update(`latency of the test texts  ${Math.max(0, run + 1)}/${texts[0].length}`),
  });
  return { latencies, mix };
}

async function measureAllResources(
  sample: readonly TextsAsRead[],
  { models, threads, runs, progress }: ComparisonOptions,
): Promise<Resources[]> {
  const all: Resources[] = [];
  for (const [i, model] of models.entries()) {
    const { name, file, batch, device } = model;
    progress.update(`${name}  throughput and memory`);
    const resources = await measureResources({
      file,
      device,
      exactProducts: exactProductsOf(model),
      texts: sample[i].texts.map(({ windows }) => windows),
      threads,
      workers: availableParallelism(),
      batchSizes: batch === 'any' ? batchSizes : [],
      budgetMs: resourceBudget * runs,
    });
    const batches = batchSizes.map((size, j) => resources.batches[j] ?? { size, textsPerSecond: null });
    all.push({ ...resources, batches });
  }
  return all;
}
