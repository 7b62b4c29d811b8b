import { plural } from './plural.ts';
import type { ModelResult, Results } from './results.ts';

/** Which rule makes the decisions that the accuracy counts, in a few words. */
export function decisionSummary({ models }: Results): string {
  return models.some(({ usage }) => usage.threshold !== null)
    ? 'each model’s threshold, fitted on validation, decides'
    : 'the most probable label is the answer';
}

/** `temperature 1.231, ai from 0.431 on, 0.9512 by the most probable label`: a model's temperature, threshold, and accuracy without the latter. */
export function calibrationOf({ usage: { temperature, threshold }, accuracyByArgmax }: ModelResult): string {
  const from = threshold === null ? '' : `, ${threshold.label} from ${threshold.value.toFixed(3)} on`;
  return `temperature ${temperature.toFixed(3)}${from}, ${accuracyByArgmax.toFixed(4)} by the most probable label`;
}

/** How texts longer than a model's input are read, if there are any. */
export function longTextSummary({ split, models }: Results): string[] {
  const lengths = [...new Set(models.map(({ usage }) => usage.maxTokens))].join(' or ');
  return [
    ...(split.windowed === 0
      ? []
      : [`${plural(split.windowed, 'text')} longer than ${lengths} tokens by the mean logit of windows`]),
    ...(split.truncated === 0 ? [] : [`${plural(split.truncated, 'text')} cut to ${lengths} tokens`]),
  ];
}
