import type { Figures, Results } from './results.ts';

/** What always giving one label would be worth. */
export interface Baseline {
  /** The most frequent one; the first of equals. */
  readonly label: string;
  /** Its share of the texts: the accuracy of who gives it to all. */
  readonly accuracy: number;
}

/** What the figures of any model on a set of texts say of always giving the set's most frequent label. */
export function baselineOf({ byLabel, n }: Figures): Baseline {
  const most = byLabel.reduce((most, label) => (label.n > most.n ? label : most));
  return { label: most.name, accuracy: most.n / n };
}

/** The label that a model gives to every text, where it gives but one and not all have it. */
export function onlyLabelOf({ confusion, byLabel, accuracy }: Figures): string | undefined {
  const given = byLabel.filter((_, label) => confusion.some((row) => row[label] > 0));
  return given.length === 1 && accuracy < 1 ? given[0].name : undefined;
}

/** Of each model that does no better on the test split than one that gives always the same label, what it does. */
export function collapsedModels({ evaluations: [{ models }], split }: Results): { name: string; what: string }[] {
  return models.flatMap((figures) => {
    const { model: name, accuracy } = figures;
    const only = onlyLabelOf(figures);
    if (only !== undefined) {
      return [{ name, what: `gives every text of the ${split.name} split the label ${only}: it has learned nothing` }];
    }
    const baseline = baselineOf(figures);
    return accuracy <= baseline.accuracy && accuracy < 1
      ? [{ name, what: `is right no more often than always answering ${baseline.label} would be` }]
      : [];
  });
}
