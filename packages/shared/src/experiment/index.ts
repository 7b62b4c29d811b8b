export { type Experiment, findWorkspace, loadExperiment, parseExperiment, sourcePath } from './load.ts';
export {
  type ExperimentConfig,
  experimentJsonSchema,
  experimentSchema,
  type SourceConfig,
  type StudentConfig,
  type TeacherConfig,
  type TrainingConfig,
} from './schema.ts';
export { type Stage, stageKeys, stageSlice, stages } from './stages.ts';
