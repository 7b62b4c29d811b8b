export { quantizeDynamicInt8 } from './quantize/dynamic-int8.ts';
export { quantizeFile } from './quantize/file.ts';
export { type Recipe, recipes } from './quantize/recipes.ts';
export type { Latency, ModelResult, Results } from './report/results.ts';
export { runQuantize } from './stages/quantize.ts';
export { runReport } from './stages/report.ts';
