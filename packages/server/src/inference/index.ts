export type * from './contract.ts';
export * from './errors.ts';
export { openService } from './service.ts';
export type { ServiceOptions, VariantOptions } from './service-options.ts';
export { refuseEqualIds } from './variants.ts';
