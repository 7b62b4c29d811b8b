export { calibrate } from './quantize/calibrate.ts';
export { quantizeFile } from './quantize/file.ts';
export { type Layer, layersOf } from './quantize/layers.ts';
export type { ActivationRanges, EmbeddingType, QuantizeOptions, Range } from './quantize/options.ts';
export { type Recipe, type RecipeDescriptor, recipes } from './quantize/recipes.ts';
export type { Latency, ModelResult, Results } from './report/results.ts';
export { runQuantize } from './stages/quantize.ts';
export { runReport } from './stages/report.ts';
