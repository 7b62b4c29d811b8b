import { describe, expect, it } from '@jest/globals';
import { evaluate } from '@retort/shared';
import { collapseWarning, type TrainedModel } from './collapse.ts';

const labelNames = ['spam', 'technical', 'other'];
const teacher: TrainedModel = { experiment: 'mails', stage: 'finetune', labelNames };
/** Of a model that gives each text the label that `answers` names. */
const evaluation = (labels: readonly number[], answers: readonly number[]) =>
  evaluate(
    Float32Array.from(answers.flatMap((answer) => labelNames.map((_, label) => (label === answer ? 1 : 0)))),
    Int32Array.from(labels),
    labelNames.length,
  );

describe('collapseWarning', () => {
  it('names the one label that all texts get, its share, and what to change', () => {
    expect(collapseWarning(evaluation([1, 0, 2], [1, 1, 1]), teacher)).toBe(
      'warning: the model gives every validation text the label "technical" (33.3 % of them have it): it has learned nothing yet; ' +
        'train longer (teacher.training.epochs), raise teacher.training.learningRate (nx run mails:find-lr suggests one), ' +
        'or start from pretrained weights (teacher.weights)',
    );
  });

  it("names the student's keys, and the experiment of a further seed", () => {
    const student = { ...teacher, experiment: 'mails@2', stage: 'distill' } as const;
    expect(collapseWarning(evaluation([1, 0, 2], [0, 0, 0]), student)).toMatch(
      /student\.training\.learningRate \(nx run mails:find-lr --stage distill suggests one\)/,
    );
  });

  it('is silent where two labels are given, however wrongly', () => {
    expect(collapseWarning(evaluation([1, 0, 2], [0, 1, 1]), teacher)).toBeUndefined();
  });

  it('is silent where all texts have the label', () => {
    expect(collapseWarning(evaluation([1, 1, 1], [1, 1, 1]), teacher)).toBeUndefined();
  });
});
