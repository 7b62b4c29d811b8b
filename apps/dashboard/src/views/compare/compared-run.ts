import type { Comparison } from '@retort/server/client';

/** A run of the comparison, with what it is called and drawn like in all of it. */
export type ComparedRun = Comparison['runs'][number] & { readonly name: string; readonly style: number };
