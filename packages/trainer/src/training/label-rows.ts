import { type TrainingConfig, UserError } from '@retort/shared';

/** The part of a training's settings that says what a text of a label is trained towards. */
export type LabelSettings = Partial<Pick<TrainingConfig, 'classWeights' | 'labelSmoothing'>>;

/** What a text of a label is trained towards, for each of the C labels, and what it counts. */
export interface LabelRow {
  readonly row: Float32Array;
  readonly weight: number;
}

/**
 * The rows of `cross_entropy` in PyTorch: for label y, with the labels' weights w and the smoothing s (Szegedy et al. 2016), (1 - s) w_y
 * at y, and s w_c / C at every c besides.
 *
 * `texts`: the labels of the training texts (-1: unlabelled), which the weights "balanced" are counted from.
 */
export function labelRows(names: readonly string[], texts: Int32Array, settings: LabelSettings): LabelRow[] {
  const { labelSmoothing = 0 } = settings;
  const weights = classWeights(names, texts, settings);
  return weights.map((weight, label) => ({
    weight,
    row: Float32Array.from(
      weights,
      (other, i) => (i === label ? (1 - labelSmoothing) * weight : 0) + (labelSmoothing * other) / weights.length,
    ),
  }));
}

/**
 * What the rows of a step's texts are multiplied by. The loss is a mean over all of the step's texts, those without a label included; so
 * multiplied it is the mean over the labelled ones, by their weights, as in PyTorch, whatever batches and parts the step is computed in.
 * Without a labelled text the rows are 0 anyway.
 */
export function rowFactor(textLabels: Int32Array, indices: readonly number[], rows: readonly LabelRow[]): number {
  const weight = indices.reduce((sum, i) => sum + (textLabels[i] < 0 ? 0 : rows[textLabels[i]].weight), 0);
  return weight === 0 ? 0 : indices.length / weight;
}

/**
 * The weight of each label: as the settings name it, else 1. "balanced" is n / (C n_c), with n texts, n_c of them of the
 * label and C labels that have texts (King and Zeng 2001): each label counts as much as any other, and the mean over the
 * texts is 1. Throws a UserError for a name that is no label.
 */
export function classWeights(
  names: readonly string[],
  texts: Int32Array,
  { classWeights: weights = {} }: LabelSettings,
): number[] {
  if (weights === 'balanced') return balancedWeights(names.length, texts);
  const unknown = Object.keys(weights).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new UserError(`a weight is given for "${unknown}", which is no label`, {
      place: { field: 'training.classWeights' },
      remedy: `use one of: ${names.join(', ')}`,
    });
  }
  return names.map((name) => (Object.hasOwn(weights, name) ? weights[name] : 1));
}

function balancedWeights(count: number, texts: Int32Array): number[] {
  const perLabel = Array.from({ length: count }, (_, label) => texts.filter((other) => other === label).length);
  const labelled = perLabel.reduce((a, b) => a + b, 0);
  const present = perLabel.filter((n) => n > 0).length;
  return perLabel.map((n) => (n === 0 ? 1 : labelled / (present * n)));
}

/** `class weights: human 0.71, ai 1.68; label smoothing 0.1`; undefined where each text counts alike and as it is. */
export function describeLabelRows(
  names: readonly string[],
  texts: Int32Array,
  settings: LabelSettings,
): string | undefined {
  const parts: string[] = [];
  if (settings.classWeights !== undefined) {
    const weights = classWeights(names, texts, settings);
    parts.push(`class weights: ${names.map((name, i) => `${name} ${Number(weights[i].toPrecision(3))}`).join(', ')}`);
  }
  if (settings.labelSmoothing) parts.push(`label smoothing ${settings.labelSmoothing}`);
  return parts.length === 0 ? undefined : parts.join('; ');
}
