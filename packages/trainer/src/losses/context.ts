import type { ModelOutputs } from '../model/encoder.ts';
import type { ModelOutput } from '../model/outputs.ts';
import type { Ops } from '../ops/ops.ts';

/** What the terms of a loss are computed from. Shapes: B batch, L length. */
export interface LossContext<T> {
  readonly ops: Ops<T>;
  /** The student's forward pass. */
  readonly outputs: ModelOutputs<T>;
  /** The same of the teacher, padded as the batch is. */
  readonly teacher: (output: ModelOutput) => T;
  readonly teacherHeads: number;
  readonly parameter: (name: string) => T;
  /** Whether hidden states go through a projection to the teacher's width. */
  readonly projected: boolean;
  /** 1 / n for the n tokens of a text, 0 for padding: [B, L]. */
  readonly shares: T;
  /** What attention scores get added: 0 for tokens, -10000 for padding, [B, 1, 1, L]. */
  readonly padding: T;
}
