import type { Model } from '@retort/onnx';
import type { ExperimentConfig } from '@retort/shared';
import { quantizeDynamicInt8 } from './dynamic-int8.ts';

/** The names by which an experiment chooses. */
export type Recipe = ExperimentConfig['quantization']['recipe'];

/** The ways to quantize: each a pass over an fp32 model. */
export const recipes: Readonly<Record<Recipe, (model: Model) => Model>> = {
  'dynamic-int8': quantizeDynamicInt8,
};
