export {
  type BatchPolicy,
  batchPolicy,
  type FileChoice,
  fileForMachine,
  type QuantizationSettings,
} from './quantization.ts';
export {
  type Calibration,
  decisionRule,
  type ModelSettings,
  modelSettingsFile,
  modelSettingsJson,
  readModelSettings,
} from './settings.ts';
