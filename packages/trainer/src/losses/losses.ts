import { paddingBias } from '../model/attention.ts';
import type { ModelOutputs } from '../model/encoder.ts';
import { type ModelOutput, outputName } from '../model/outputs.ts';
import type { Ops } from '../ops/ops.ts';
import { attentionLoss } from './attention.ts';
import type { LossContext } from './context.ts';
import { crossEntropy } from './hard-labels.ts';
import { hiddenStatesLoss } from './hidden-states.ts';
import { relationsLoss } from './relations.ts';
import { softTargets } from './soft-labels.ts';
import type { LossTerms } from './terms.ts';
import { tokenShares } from './token-mean.ts';

export type { LossTerms } from './terms.ts';

/** What a loss is computed from. */
export interface LossInputs<T> {
  /** Of the model in training. */
  readonly outputs: ModelOutputs<T>;
  /** 1 for tokens, 0 for padding: [B, L]. */
  readonly mask: T;
  /** Distributions over the labels: [B, C]. */
  readonly labels: T;
  /** Name of the graph's input -> what the teacher gives. */
  readonly teacher: ReadonlyMap<string, T>;
  readonly parameter: (name: string) => T;
}

/** The name of the input by which a graph is given an output of the teacher. */
export function teacherInput(output: string): string {
  return `teacher_${output}`;
}

/** The sum of all terms, each with its weight: a scalar. */
export function trainingLoss<T>(ops: Ops<T>, terms: LossTerms, inputs: LossInputs<T>): T {
  const { outputs, labels } = inputs;
  const context = lossContext(ops, terms, inputs);
  const parts: T[] = [];
  const add = (weight: number, term: () => T) => {
    if (weight > 0) parts.push(ops.affine(term(), weight));
  };
  add(terms.hard, () => crossEntropy(ops, outputs.logits, labels));
  add(terms.soft, () => softTargets(ops, outputs.logits, context.teacher({ kind: 'logits' }), terms.temperature));
  const { hiddenStates, attention, relations } = terms;
  if (hiddenStates !== undefined) add(hiddenStates.weight, () => hiddenStatesLoss(context, hiddenStates));
  if (attention !== undefined) add(attention.weight, () => attentionLoss(context, attention));
  if (relations !== undefined) add(relations.weight, () => relationsLoss(context, relations));
  return parts.reduce((a, b) => ops.add(a, b));
}

function lossContext<T>(ops: Ops<T>, terms: LossTerms, inputs: LossInputs<T>): LossContext<T> {
  const { outputs, mask, parameter, teacher } = inputs;
  const [, , hidden] = ops.shape(outputs.hiddenStates[0]);
  return {
    ops,
    outputs,
    teacher: (output: ModelOutput) => {
      const name = teacherInput(outputName(output));
      const value = teacher.get(name);
      if (value === undefined) throw new Error(`the loss needs "${name}"`);
      return value;
    },
    teacherHeads: terms.teacher?.heads ?? 0,
    parameter,
    projected: terms.teacher !== undefined && terms.teacher.hidden !== hidden,
    shares: tokenShares(ops, mask),
    padding: ops.expandDims(paddingBias(ops, mask), 1),
  };
}
