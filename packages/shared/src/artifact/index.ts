export type { GitState } from './git.ts';
export { artifactInputs, formatChecksums } from './inputs.ts';
export { describeMachine } from './machine.ts';
export { type Machine, type Manifest, manifestSchema } from './manifest.ts';
export { type MetricPoint, MetricsLog } from './metrics-log.ts';
export { type Artifact, artifactFolder, openArtifact, readManifest, requireInputs } from './read.ts';
export { isRunning, listRecords, type RunRecord, readRecord, recordFolder, writeRecord } from './run-record.ts';
export { recorderVariable } from './start-recorder.ts';
export { type ArtifactWriter, writeArtifact } from './write.ts';
