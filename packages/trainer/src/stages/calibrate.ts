import {
  type Calibration,
  type DecisionRule,
  evaluate,
  type FittedAbstention,
  type FittedTemperature,
  fitAbstention,
  fitTemperature,
  fitThreshold,
  softmax,
} from '@retort/shared';

export interface ValidationResult {
  /** [texts, labels], row-major. */
  readonly logits: Float32Array;
  readonly labels: Int32Array;
  /** How many of each text the model has read, [texts]. */
  readonly tokens: Int32Array;
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

/**
 * Fits on the validation split, each on top of the last: the temperature; for two labels the threshold of the second one's probability;
 * the band of uncertainty in which the model abstains.
 */
export function calibrate({ logits, labels, tokens, labelNames, sha256 }: ValidationResult): Calibrated {
  const count = labelNames.length;
  const { temperature, outcome } = fitTemperature(logits, labels, count);
  const probabilities = softmax(logits, count, temperature).filter((_, i) => i % count === 1);
  const fitted = count === 2 ? fitThreshold(probabilities, labels) : undefined;
  const threshold = fitted && { label: labelNames[1], value: fitted.threshold };
  const rule: DecisionRule = { temperature, threshold: fitted && { label: 1, value: fitted.threshold } };
  const abstention = fitAbstention({ logits, labels, tokens }, count, rule);
  const [before, after] = [evaluate(logits, labels, count), evaluate(logits, labels, count, rule)];
  const summary =
    `temperature ${temperature.toFixed(3)}${remarks[outcome]}: ` +
    `calibration error ${percent(before.calibrationError)} -> ${percent(after.calibrationError)}` +
    (threshold === undefined
      ? ''
      : `; "${threshold.label}" from a probability of ${threshold.value.toFixed(3)} on: ` +
        `${percent(after.accuracy)} right, ${percent(before.accuracy)} by the most probable label`) +
    abstentionInWords(abstention);
  return {
    calibration: { temperature, threshold, abstention, fittedOn: { split: 'validation', n: labels.length, sha256 } },
    summary,
    metrics: {
      temperature,
      ...(fitted === undefined ? {} : { threshold: fitted.threshold }),
      'validation.calibration_error': before.calibrationError,
      'validation.calibrated.calibration_error': after.calibrationError,
      'validation.calibrated.loss': after.loss,
      'validation.calibrated.accuracy': after.accuracy,
      'validation.answered': abstention.answered,
      ...(abstention.accuracy === null ? {} : { 'validation.answered.accuracy': abstention.accuracy }),
    },
  };
}

function abstentionInWords({ margin, minTokens, answered, accuracy }: FittedAbstention): string {
  const right = accuracy === null ? '' : `, ${percent(accuracy)} of them right`;
  return `; answers ${percent(answered)}${right}; abstains below a margin of ${margin.toFixed(3)} or ${minTokens} tokens`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

const remarks: Record<FittedTemperature['outcome'], string> = {
  optimum: '',
  low: ' (the least that is tried)',
  high: ' (the most that is tried: the model is wrong more often than not)',
  undetermined: ' (all validation texts are right: they tell no temperature)',
};
