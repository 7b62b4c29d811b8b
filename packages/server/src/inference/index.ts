export type * from './contract.ts';
export * from './errors.ts';
export { openService, type ServiceOptions, type VariantOptions } from './service.ts';
export { refuseEqualIds } from './variants.ts';
