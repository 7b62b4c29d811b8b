import { type MeanInterval, meanInterval } from '@retort/shared';

/** What is compared over the seeds. */
export const seedMetrics = ['accuracy', 'auroc', 'loss'] as const;
export type SeedMetric = (typeof seedMetrics)[number];

/** The figures of one model in the report of one seed. */
export interface ScoredModel {
  readonly name: string;
  readonly accuracy: number;
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

/** One figure over all seeds. */
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
 * what the same seed made, so that what a seed does to all models falls out.
 */
export function compareSeeds(experiment: string, reports: readonly SeedReport[]): SeedResults {
  const [{ split, models }] = reports;
  const { name, n, sha256 } = split;
  const find = (report: SeedReport, name: string) => report.models.find((model) => model.name === name);
  const shared = models.map(({ name }) => name).filter((name) => reports.every((report) => find(report, name)));
  const spreads = (name: string, of: (report: SeedReport, metric: SeedMetric) => number | null): ModelSpread => {
    const spread = (metric: SeedMetric) => spreadOf(reports.map((report) => of(report, metric)));
    return { name, accuracy: spread('accuracy'), auroc: spread('auroc'), loss: spread('loss') };
  };
  const value = (report: SeedReport, name: string, metric: SeedMetric) => find(report, name)?.[metric] ?? null;
  const [teacher, ...others] = shared;
  return {
    format: 1,
    experiment,
    seeds: reports.map(({ seed }) => seed),
    split: { name, n, sha256 },
    models: shared.map((name) => spreads(name, (report, metric) => value(report, name, metric))),
    differences: others.map((name) =>
      spreads(name, (report, metric) => {
        const [own, teachers] = [value(report, name, metric), value(report, teacher, metric)];
        return own === null || teachers === null ? null : own - teachers;
      }),
    ),
  };
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? null : { values: known, ...meanInterval(known) };
}
