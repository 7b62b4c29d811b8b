import { type Layer, layersOf } from '../quantize/layers.ts';
import { quantizeBut, type Subject, scoreInputs } from './candidate.ts';
import { drawInputs } from './texts.ts';
import { logitChange } from './verdict.ts';

/** What quantizing one layer alone does to the logits. */
export interface Sensitivity extends Pick<Layer, 'name' | 'kind' | 'savedBytes'> {
  /** Mean and largest |change| of a logit against the fp32 model. Null where a logit is not finite. */
  readonly meanLogitChange: number | null;
  readonly largestLogitChange: number | null;
}

/**
 * Ranks the layers, the most sensitive first: each is quantized alone, all others staying float32, and the logits of a sample of inputs are compared
 * with those of the fp32 model. Quantized alone, a layer shows its own damage however bad the others are; kept alone, two bad layers would
 * hide each other. Costs a model and `count` runs a layer.
 */
export async function rankLayers(subject: Subject, count: number): Promise<Sensitivity[]> {
  const layers = layersOf(subject.model);
  const inputs = drawInputs(subject.texts, count, 'sensitivity');
  const parent = await scoreInputs(subject, subject.model, inputs);
  const ranking: Sensitivity[] = [];
  for (const [i, { name, kind, savedBytes }] of layers.entries()) {
    subject.onProgress(`sensitivity  layer ${i + 1}/${layers.length}`);
    const others = layers.map((layer) => layer.name).filter((other) => other !== name);
    const logits = await scoreInputs(subject, quantizeBut(subject, others), inputs);
    const finite = logits.every(Number.isFinite);
    const { mean, largest } = logitChange(parent, logits);
    ranking.push({
      name,
      kind,
      savedBytes,
      meanLogitChange: finite ? mean : null,
      largestLogitChange: finite ? largest : null,
    });
  }
  const size = ({ meanLogitChange }: Sensitivity) => meanLogitChange ?? Number.POSITIVE_INFINITY;
  return ranking.sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
}
