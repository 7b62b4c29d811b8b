export { expectedCalibrationError } from './calibration-error.ts';
export { type DecisionRule, decide, plainRule } from './decision.ts';
export { type Evaluation, evaluate } from './evaluate.ts';
export { meanLogits } from './mean-logits.ts';
export { mcnemar, wilson } from './significance.ts';
export { softmax } from './softmax.ts';
export { type MeanInterval, meanInterval } from './student-t.ts';
export { type FittedTemperature, fitTemperature, temperatureBounds } from './temperature.ts';
export { type FittedThreshold, fitThreshold } from './threshold.ts';
