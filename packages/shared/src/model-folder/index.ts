export {
  type BatchPolicy,
  batchPolicy,
  type FileChoice,
  fileForMachine,
  isSafeFromSaturation,
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
