export * from './artifact/index.ts';
export * from './dataset/index.ts';
export * from './errors.ts';
export * from './experiment/index.ts';
export * from './files.ts';
export * from './metrics/index.ts';
export { Random } from './random.ts';
export * from './terminal/index.ts';
export * from './tokenizer/index.ts';
