export type * from './executor.ts';
export { onnxruntimeCpu } from './onnxruntime.ts';
