import {
  type Calibration,
  type DecisionRule,
  evaluate,
  type FittedTemperature,
  fitTemperature,
  fitThreshold,
  softmax,
} from '@retort/shared';

export interface ValidationResult {
  /** [texts, labels], row-major. */
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  readonly labelNames: readonly string[];
  /** sha256 of the split's file. */
  readonly sha256: string;
}

export interface Calibrated {
  readonly calibration: Calibration;
  /** What it brings, in a line. */
  readonly summary: string;
  /** For the stage's manifest. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Fits the temperature, and for two labels then the threshold of the second one's probability, on the validation split. */
export function calibrate({ logits, labels, labelNames, sha256 }: ValidationResult): Calibrated {
  const count = labelNames.length;
  const { temperature, outcome } = fitTemperature(logits, labels, count);
  const probabilities = softmax(logits, count, temperature).filter((_, i) => i % count === 1);
  const fitted = count === 2 ? fitThreshold(probabilities, labels) : undefined;
  const threshold = fitted && { label: labelNames[1], value: fitted.threshold };
  const rule: DecisionRule = { temperature, threshold: fitted && { label: 1, value: fitted.threshold } };
  const [before, after] = [evaluate(logits, labels, count), evaluate(logits, labels, count, rule)];
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const summary =
    `temperature ${temperature.toFixed(3)}${remarks[outcome]}: ` +
    `calibration error ${percent(before.calibrationError)} -> ${percent(after.calibrationError)}` +
    (threshold === undefined
      ? ''
      : `; "${threshold.label}" from a probability of ${threshold.value.toFixed(3)} on: ` +
        `${percent(after.accuracy)} right, ${percent(before.accuracy)} by the most probable label`);
  return {
    calibration: { temperature, threshold, fittedOn: { split: 'validation', n: labels.length, sha256 } },
    summary,
    metrics: {
      temperature,
      ...(fitted === undefined ? {} : { threshold: fitted.threshold }),
      'validation.calibration_error': before.calibrationError,
      'validation.calibrated.calibration_error': after.calibrationError,
      'validation.calibrated.loss': after.loss,
      'validation.calibrated.accuracy': after.accuracy,
    },
  };
}

const remarks: Record<FittedTemperature['outcome'], string> = {
  optimum: '',
  low: ' (the least that is tried)',
  high: ' (the most that is tried: the model is wrong more often than not)',
  undetermined: ' (all validation texts are right: they tell no temperature)',
};
