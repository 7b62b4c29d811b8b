export { explainDatabaseError, isPassing } from './database/errors.ts';
export { type Database, type Drizzle, type OpenOptions, openDatabase, type Sql } from './database/open.ts';
export { type MetricRecord, readMetrics } from './metrics.ts';
export { type SyncResult, sync } from './recording/sync.ts';
export { type BrokenRun, listRuns, type Run, type RunList, readRun } from './runs.ts';
export { formatMetrics, formatRuns } from './runs-table.ts';
export * from './schema/index.ts';
