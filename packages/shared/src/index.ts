export * from './artifact/index.ts';
export * from './errors.ts';
export * from './experiment/index.ts';
export * from './files.ts';
export { Random } from './random.ts';
export * from './terminal/index.ts';
