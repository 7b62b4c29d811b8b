import { relative, resolve } from 'node:path';
import type { PrecisionChoice } from '@retort/runtime';
import { type Experiment, type Progress, UserError, writeFileAtomic } from '@retort/shared';
import type { EngineName } from '../engine/choose.ts';
import { engineFor } from '../engine/choose-device.ts';
import type { DeviceChoice } from '../engine/device.ts';
import { type RateRange, rangeTest } from '../training/lr-range-test.ts';
import {
  formatRate,
  type RatePoint,
  type RateSuggestion,
  smoothLosses,
  suggestRate,
} from '../training/lr-suggestion.ts';
import { distillRun } from './distill.ts';
import { finetuneRun } from './finetune.ts';
import { rateChart } from './lr-chart.ts';
import { announceRun, learnerFor } from './run-training.ts';

const trained = { finetune: { run: finetuneRun, model: 'teacher' }, distill: { run: distillRun, model: 'student' } };
export const trainingStages = Object.keys(trained);

export interface RateSearch extends RateRange {
  readonly stage: keyof typeof trained;
  readonly engine: EngineName;
  readonly device?: DeviceChoice;
  readonly precision?: PrecisionChoice;
  /** The file that gets the result as JSON; without it nothing is written. */
  readonly out?: string;
}

export interface FoundRate {
  readonly points: readonly (RatePoint & { readonly smoothed: number })[];
  readonly suggestion: RateSuggestion;
}

/**
 * Trains some steps of a stage at a learning rate that grows, shows the loss and suggests a rate (Smith 2017). Neither
 * artifacts nor checkpoints are read or written, but for the artifacts that the stage itself would read; what a teacher gives is stored.
 */
export async function findLearningRate(
  experiment: Experiment,
  progress: Progress,
  search: RateSearch,
): Promise<FoundRate> {
  const { stage, steps, out } = search;
  const { run: makeRun, model } = trained[stage];
  const choose = await engineFor(search.engine, search.device ?? 'cpu', progress, search.precision);
  const run = await makeRun(experiment, progress, choose, steps);
  announceRun(experiment, progress, run);
  const teacher = await run.teacher?.();
  const learner = await learnerFor(experiment, run);
  const { points, brokeOff } = await rangeTest({
    ...search,
    labels: run.model.config.labels,
    learner,
    train: run.texts.train,
    teacher,
    settings: run.settings,
    padId: run.tokenizer.padId,
    seed: experiment.config.seed,
    progress,
  }).finally(() => teacher?.close());
  await learner.close();

  const smoothed = smoothLosses(
    points.map(({ loss }) => loss),
    steps,
  );
  const suggestion = suggestRate(points, smoothed, brokeOff);
  tell(progress, { points, smoothed, suggestion }, `${model}.training.learningRate`, run.settings.learningRate);
  const found = { points: points.map((point, i) => ({ ...point, smoothed: smoothed[i] })), suggestion };
  if (out !== undefined) {
    await writeResult(out, { experiment: experiment.name, stage, engine: run.chosen.description, search, found });
    progress.line(`written to ${relative(process.cwd(), resolve(out))}`);
  }
  return found;
}

function tell(
  progress: Progress,
  {
    points,
    smoothed,
    suggestion,
  }: { points: readonly RatePoint[]; smoothed: readonly number[]; suggestion: RateSuggestion },
  field: string,
  configured: number,
): void {
  for (const line of rateChart(points, smoothed, suggestion)) progress.line(line);
  const { learningRate, reason } = suggestion;
  if (learningRate === undefined) {
    progress.line(`no suggestion: ${reason}`);
    return;
  }
  progress.line(`suggested ${field}: ${formatRate(learningRate)} (now ${formatRate(configured)}); ${reason}`);
}

async function writeResult(
  out: string,
  about: { experiment: string; stage: string; engine: string; search: RateSearch; found: FoundRate },
): Promise<void> {
  const { experiment, stage, engine, search, found } = about;
  const { steps, from, to } = search;
  const result = { experiment, stage, engine, steps, from, to, ...found };
  await writeFileAtomic(resolve(out), `${JSON.stringify(result, null, 2)}\n`);
}

/** The options of the command, as text, checked. */
export function parseRateSearch(
  values: Readonly<Record<string, string | boolean | undefined>>,
  engine: EngineName,
): RateSearch {
  const { stage, out } = values;
  if (stage !== 'finetune' && stage !== 'distill') {
    throw new UserError(`there is no training stage "${stage}"`, {
      place: { field: '--stage' },
      remedy: `use one of: ${trainingStages.join(', ')}`,
    });
  }
  const steps = number(values, 'steps', (n) => Number.isInteger(n) && n >= 10, 'a whole number from 10');
  const from = number(values, 'from', (n) => n > 0, 'a number above 0, such as 1e-6');
  const to = number(values, 'to', (n) => n > from && n <= 100, 'a number above --from and at most 100, such as 0.1');
  return { stage, engine, steps, from, to, out: typeof out === 'string' ? out : undefined };
}

function number(
  values: Readonly<Record<string, string | boolean | undefined>>,
  name: string,
  fits: (value: number) => boolean,
  wanted: string,
): number {
  const text = String(values[name]);
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && fits(value)) return value;
  throw new UserError(`"${text}" does not fit`, { place: { field: `--${name}` }, remedy: `give ${wanted}` });
}
