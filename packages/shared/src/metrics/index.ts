export {
  type AbstentionReason,
  type AbstentionRule,
  abstains,
  abstentionReason,
  type FittedAbstention,
  fitAbstention,
  margins,
} from './abstention.ts';
export { expectedCalibrationError } from './calibration-error.ts';
export { confusionMatrix, type LabelScore, labelScores } from './confusion.ts';
export { type DecisionRule, decide, onlyAnswer, plainRule } from './decision.ts';
export { type Evaluation, evaluate } from './evaluate.ts';
export { meanLogits } from './mean-logits.ts';
export { type ReliabilityBin, reliabilityBins } from './reliability.ts';
export { type RocPoint, rankingScores, rocCurve, truePositiveRate, truePositiveRateAt } from './roc.ts';
export { mcnemar, wilson } from './significance.ts';
export { softmax } from './softmax.ts';
export { type MeanInterval, meanInterval } from './student-t.ts';
export { type FittedTemperature, fitTemperature, temperatureBounds } from './temperature.ts';
export { type FittedThreshold, fitThreshold } from './threshold.ts';
