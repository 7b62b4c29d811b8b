export { apiKeys } from './api-keys.ts';
export { artifacts, runArtifacts } from './artifacts.ts';
export { deployments } from './deployments.ts';
export { comparisons, evaluations } from './evaluations.ts';
export { metricNames, metrics, runMetrics } from './metrics.ts';
export { retort } from './retort.ts';
export { experiments, type RunStatus, runStatuses, runs } from './runs.ts';
