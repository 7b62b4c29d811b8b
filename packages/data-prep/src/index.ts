export { prepare } from './prepare.ts';
export type { DataCard } from './write/card.ts';
