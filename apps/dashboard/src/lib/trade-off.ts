import type { MeasuredModel } from '@retort/server/client';
import { kindPlace, modelKinds } from './measured-models.ts';
import { notebooks } from './notebooks.ts';
import { paretoFront } from './pareto.ts';
import { runUrl } from './route.ts';

/** A mark of the trade-off: a model, or one of the notebooks' results. */
export interface TradeOffPoint {
  /** What it is called: `essays student-int8`, or by its kind alone where all are of one experiment. */
  readonly name: string;
  /** The report that measured it, and the model's name there. */
  readonly measured: { readonly run: string; readonly model: string } | undefined;
  readonly kind: string;
  /** Its place among the kinds, for colour and form. */
  readonly place: number;
  readonly cost: number;
  readonly accuracy: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Texts of the evaluation; null for references. */
  readonly n: number | null;
  readonly cpu: string | null;
  readonly reference: boolean;
  readonly onFront: boolean;
  /** Where it leads to. */
  readonly url: string | undefined;
}

export const referenceKind = 'notebook';
export const kinds = [...modelKinds, 'other', referenceKind];

/** What is drawn of models against a metric such as `bytes`, and the front of those that no other beats. References are never on it: they are of other texts. */
export function tradeOff(
  models: readonly MeasuredModel[],
  metric: string,
  { references }: { readonly references: boolean },
): TradeOffPoint[] {
  const oneProject = new Set(models.map(({ project }) => project)).size === 1;
  const points = models.flatMap((model) => {
    const { accuracy, [metric]: cost } = model.figures;
    if (accuracy === undefined || cost === undefined || cost.value <= 0) return [];
    const place = kindPlace(model.model);
    return [
      {
        ...{
          name: oneProject ? model.model : `${model.project} ${model.model}`,
          kind: kinds[place],
          place,
          cost: cost.value,
        },
        ...{ accuracy: accuracy.value, low: accuracy.low, high: accuracy.high, n: model.n, cpu: model.cpu },
        ...{
          reference: false,
          measured: { run: model.run, model: model.model },
          url: runUrl(model.madeBy ?? model.run),
        },
      },
    ];
  });
  const front = new Set(paretoFront(points));
  const marks = points.map((point) => ({ ...point, onFront: front.has(point) }));
  return references ? [...marks, ...referencePoints(metric)] : marks;
}

function referencePoints(metric: string): TradeOffPoint[] {
  return notebooks.map(({ name, accuracy, bytes, milliseconds }) => ({
    ...{ name, kind: referenceKind, place: kinds.length - 1, accuracy },
    ...{ cost: metric === 'bytes' ? bytes : milliseconds, low: null, high: null, n: null, cpu: null },
    ...{ reference: true, measured: undefined, onFront: false, url: undefined },
  }));
}
