export {
  type Calibration,
  decisionRule,
  type ModelSettings,
  modelSettingsFile,
  modelSettingsJson,
  readModelSettings,
} from './settings.ts';
