// For tests of this package and of those that build on it: run from the sources, and never shipped.
export { insertRun } from './runs.ts';
export { createTestDatabase } from './test-database.ts';
