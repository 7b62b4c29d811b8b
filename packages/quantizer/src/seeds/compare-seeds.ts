import { type MeanInterval, meanInterval } from '@retort/shared';

/** What is compared over the seeds. */
export const seedMetrics = ['accuracy', 'macroF1', 'auroc', 'loss'] as const;
export type SeedMetric = (typeof seedMetrics)[number];

type Range = readonly [least: number, most: number];

/** What a metric can be at all. */
const possible: Readonly<Record<SeedMetric, Range>> = {
  accuracy: [0, 1],
  macroF1: [0, 1],
  auroc: [0, 1],
  loss: [0, Number.POSITIVE_INFINITY],
};

/** The figures of one model in the report of one seed. */
export interface ScoredModel {
  readonly name: string;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly loss: number;
  /** Null if the split lacks a label. */
  readonly auroc: number | null;
}

/** What is read of the report of one seed. */
export interface SeedReport {
  readonly seed: number;
  readonly split: { readonly name: string; readonly n: number; readonly sha256: string };
  /** The teacher first. */
  readonly models: readonly ScoredModel[];
}

/** One figure over all seeds; its interval is cut to what the figure can be at all. */
export interface Spread extends MeanInterval {
  /** In the order of the seeds. */
  readonly values: readonly number[];
}

/** The figures of one model over all seeds; null where a report lacks one. */
export type ModelSpread = { readonly name: string } & { readonly [metric in SeedMetric]: Spread | null };

/** `results.json` of the artifact `seeds`. */
export interface SeedResults {
  /** Version of this form. */
  readonly format: 1;
  readonly experiment: string;
  /** The experiment's own first. */
  readonly seeds: readonly number[];
  readonly split: SeedReport['split'];
  /** The teacher first. */
  readonly models: readonly ModelSpread[];
  /** Model minus teacher of the same seed, for all models but the teacher. */
  readonly differences: readonly ModelSpread[];
}

/**
 * Means and 95 % intervals over the reports of at least two seeds, all on the same texts. Differences are paired: they compare
 * what the same seed made, so that what a seed does to all models falls out. Student's interval knows no bounds: where it goes beyond what a figure, or a
 * difference, can be, it is cut there.
 */
export function compareSeeds(experiment: string, reports: readonly SeedReport[]): SeedResults {
  const [{ split, models }] = reports;
  const { name, n, sha256 } = split;
  const find = (report: SeedReport, name: string) => report.models.find((model) => model.name === name);
  const shared = models.map(({ name }) => name).filter((name) => reports.every((report) => find(report, name)));
  const spreads = (
    name: string,
    range: (metric: SeedMetric) => Range,
    of: (report: SeedReport, metric: SeedMetric) => number | null,
  ): ModelSpread => {
    const spread = (metric: SeedMetric) =>
      spreadOf(
        reports.map((report) => of(report, metric)),
        range(metric),
      );
    const [accuracy, macroF1, auroc, loss] = seedMetrics.map(spread);
    return { name, accuracy, macroF1, auroc, loss };
  };
  const value = (report: SeedReport, name: string, metric: SeedMetric) => find(report, name)?.[metric] ?? null;
  const [teacher, ...others] = shared;
  return {
    format: 1,
    experiment,
    seeds: reports.map(({ seed }) => seed),
    split: { name, n, sha256 },
    models: shared.map((name) => spreads(name, ofFigure, (report, metric) => value(report, name, metric))),
    differences: others.map((name) =>
      spreads(name, ofDifference, (report, metric) => {
        const [own, teachers] = [value(report, name, metric), value(report, teacher, metric)];
        return own === null || teachers === null ? null : own - teachers;
      }),
    ),
  };
}

const ofFigure = (metric: SeedMetric): Range => possible[metric];

function ofDifference(metric: SeedMetric): Range {
  const [least, most] = possible[metric];
  return [least - most, most - least];
}

function spreadOf(values: readonly (number | null)[], [least, most]: Range): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return null;
  const { mean, interval } = meanInterval(known);
  const [low, high] = interval;
  return { values: known, mean, interval: [Math.max(low, least), Math.min(high, most)] };
}
