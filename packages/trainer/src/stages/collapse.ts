import { type Evaluation, onlyAnswer } from '@retort/shared';

/** Who was trained, and what its classes are called. */
export interface TrainedModel {
  readonly experiment: string;
  readonly stage: 'finetune' | 'distill';
  readonly labelNames: readonly string[];
}

/**
 * A warning where the model gives every validation text one label, though not all have it: its accuracy is that label's share, and nothing that later
 * stages measure would show that it tells no text from another.
 */
export function collapseWarning(
  { predictions, accuracy }: Evaluation,
  { experiment, stage, labelNames }: TrainedModel,
): string | undefined {
  const label = onlyAnswer(predictions);
  if (label === undefined || accuracy === 1) return undefined;
  const student = stage === 'distill';
  const role = student ? 'student' : 'teacher';
  const [project] = experiment.split('@');
  return (
    `warning: the model gives every validation text the label "${labelNames[label]}" (${(100 * accuracy).toFixed(1)} % of them have it): it has learned nothing yet; ` +
    `train longer (${role}.training.epochs), raise ${role}.training.learningRate (nx run ${project}:find-lr${student ? ' --stage distill' : ''} suggests one), ` +
    `or start from pretrained weights (${role}.weights)`
  );
}
