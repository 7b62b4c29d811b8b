export { type Experiment, experimentFile, loadExperiment, parseExperiment, sourcePath } from './load.ts';
export type { LayerMap, LossesConfig } from './losses-schema.ts';
export { type GateConfig, gateSchema, type QuantizationConfig, quantizationSchema } from './quantization-schema.ts';
export {
  type EvaluationConfig,
  type ExperimentConfig,
  experimentJsonSchema,
  experimentSchema,
  type SourceConfig,
  type StudentConfig,
  studentDefaults,
  type TrainingConfig,
  teacherDefaults,
  type UnlabelledSourceConfig,
} from './schema.ts';
export { artifactOwner, parseExperimentName, seedName } from './seeds.ts';
export { type ArtifactName, type Stage, stageKeys, stageSlice, stages } from './stages.ts';
export { type CheckpointSource, checkpointSource, type Weights } from './weights.ts';
export { findWorkspace } from './workspace.ts';
