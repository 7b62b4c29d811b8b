import type { MeasuredModel } from '@retort/server/client';
import { formatInterval } from './figures.ts';
import { formatWhole } from './format.ts';

/** The models that all experiments have, in the order in which they are made. */
export const modelKinds: readonly string[] = ['teacher', 'teacher-int8', 'student', 'student-int8'];

/** Where a model of this name stands among the kinds: behind all of them for a further one. */
export function kindPlace(model: string): number {
  const place = modelKinds.indexOf(model);
  return place === -1 ? modelKinds.length : place;
}

/** Of each project and data set the newest report alone. `models` come with the newest first. */
export function newestReports(models: readonly MeasuredModel[]): MeasuredModel[] {
  const newest = new Map<string, string>();
  const key = ({ project, dataSet }: MeasuredModel) => JSON.stringify([project, dataSet]);
  for (const model of models) if (!newest.has(key(model))) newest.set(key(model), model.run);
  return models.filter((model) => newest.get(key(model)) === model.run);
}

/** Texts on which models were measured. */
export interface TestSet {
  /** Their checksum, short. */
  readonly id: string;
  /** Whose they are and how many, such as `essays, essays@2 (1,854 texts)`. */
  readonly title: string;
  readonly models: readonly MeasuredModel[];
}

/** Projects that a test set's title names at most. */
const mostProjects = 3;

/** Models by the texts that they were measured on, for on others their accuracies do not compare: those of the newest report first. */
export function testSets(models: readonly MeasuredModel[]): TestSet[] {
  const sets = new Map<string, MeasuredModel[]>();
  for (const model of models) sets.set(model.dataSet, [...(sets.get(model.dataSet) ?? []), model]);
  return [...sets].map(([dataSet, own]) => {
    const projects = [...new Set(own.map(({ project }) => project))];
    const more = projects.length > mostProjects ? ', …' : '';
    const title = `${projects.slice(0, mostProjects).join(', ')}${more} (${formatWhole(own[0].n)} texts)`;
    return { id: dataSet.slice(0, 12), title, models: own };
  });
}

/** The metrics of latency that models have: `latency.p50.texts` first, then by length. */
export function latencyMetrics(models: readonly MeasuredModel[]): string[] {
  const names = new Set(
    models.flatMap(({ figures }) => Object.keys(figures).filter((name) => /^latency\.p50\./.test(name))),
  );
  const rank = (name: string) => (name.endsWith('.texts') ? 0 : Number(name.split('.')[2]));
  return [...names].sort((a, b) => rank(a) - rank(b));
}

/** What a metric of latency is of: `whole texts`, `128 tokens`. */
export function describeLatency(metric: string): string {
  const of = metric.split('.')[2];
  return of === 'texts' ? 'whole texts' : `${of} tokens`;
}

/** The 95 % interval of a figure, if it has one. */
export function intervalOf(figure: MeasuredModel['figures'][string] | undefined): string {
  return figure?.low == null || figure.high == null ? '–' : formatInterval(figure.low, figure.high);
}

export interface Retention {
  readonly project: string;
  readonly run: string;
  readonly model: string;
  readonly madeBy: string | null;
  readonly accuracy: number;
  /** Share of the teacher's accuracy that is left. */
  readonly retention: number;
  /** The model's own 95 % interval, as shares of the teacher's accuracy. */
  readonly low: number;
  readonly high: number;
  readonly bytes: number | null;
}

/** What each model keeps of its teacher's accuracy, the models of a report in the order of their kinds. */
export function retentions(models: readonly MeasuredModel[]): Retention[] {
  return models
    .flatMap((model): Retention[] => {
      const teacher = models.find(
        (one) => one.run === model.run && one.dataSet === model.dataSet && one.model === 'teacher',
      )?.figures.accuracy?.value;
      const { accuracy, bytes } = model.figures;
      if (teacher === undefined || teacher === 0 || accuracy === undefined) return [];
      const { project, run, madeBy } = model;
      return [
        {
          ...{ project, run, madeBy, model: model.model, accuracy: accuracy.value, bytes: bytes?.value ?? null },
          retention: accuracy.value / teacher,
          low: (accuracy.low ?? accuracy.value) / teacher,
          high: (accuracy.high ?? accuracy.value) / teacher,
        },
      ];
    })
    .sort((a, b) => a.project.localeCompare(b.project) || kindPlace(a.model) - kindPlace(b.model));
}
