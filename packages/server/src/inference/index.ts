export type * from './contract.ts';
export * from './errors.ts';
export { openService, type ServiceOptions, type VariantOptions } from './service.ts';
