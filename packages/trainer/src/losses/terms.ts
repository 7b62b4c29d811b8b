import type { LastLayerRows } from '../model/attention.ts';
import type { ModelConfig, Projection } from '../model/config.ts';
import { type ModelOutput, outputName } from '../model/outputs.ts';
import { projectionName } from '../model/projections.ts';

/** A layer, or hidden state, of the student and the one of the teacher that it is compared with. */
export interface LayerPair {
  readonly student: number;
  readonly teacher: number;
}

export interface HiddenStatesTerm {
  readonly weight: number;
  readonly distance: 'cosine' | 'mse';
  /** Every token of a text, or [CLS] alone. */
  readonly tokens: 'all' | 'cls';
  /** Numbers of hidden states: 0 is what the embeddings give, i + 1 what layer i gives. */
  readonly pairs: readonly LayerPair[];
}

export interface AttentionTerm {
  readonly weight: number;
  readonly distance: 'kl' | 'mse';
  /** Numbers of layers, from 0. */
  readonly pairs: readonly LayerPair[];
}

export interface RelationsTerm {
  readonly weight: number;
  /** Parts that the widths of both models are cut into. */
  readonly heads: number;
  /** Layers, from 0. */
  readonly teacherLayer: number;
  readonly studentLayer: number;
}

/** The terms of a training loss and their weights. What is absent is off. */
export interface LossTerms {
  /** Weight of the cross entropy with the labels. */
  readonly hard: number;
  /** Weight of the divergence from the teacher's distribution. */
  readonly soft: number;
  readonly temperature: number;
  /** Of the teacher, where a term compares more than logits. */
  readonly teacher?: { readonly hidden: number; readonly heads: number };
  readonly hiddenStates?: HiddenStatesTerm;
  readonly attention?: AttentionTerm;
  readonly relations?: RelationsTerm;
}

/** What the teacher has to give, each output once. */
export function teacherOutputs({ soft, hiddenStates, attention, relations }: LossTerms): ModelOutput[] {
  const wanted: ModelOutput[] = soft > 0 ? [{ kind: 'logits' }] : [];
  const kind = hiddenStates?.tokens === 'cls' ? 'cls' : 'hidden_states';
  for (const { teacher } of hiddenStates?.pairs ?? []) wanted.push({ kind, state: teacher });
  const layers = attention?.pairs.map(({ teacher }) => teacher) ?? [];
  for (const layer of layers) wanted.push({ kind: 'queries', layer }, { kind: 'keys', layer });
  if (relations !== undefined) {
    for (const part of ['queries', 'keys', 'values'] as const) {
      wanted.push({ kind: part, layer: relations.teacherLayer });
    }
  }
  return [...new Map(wanted.map((output) => [outputName(output), output])).values()];
}

/** The least that the student's last layer has to compute for these terms; `layers`: how many the student has. */
export function lastLayerRows({ hiddenStates, attention, relations }: LossTerms, layers: number): LastLayerRows {
  const last = layers - 1;
  if (hiddenStates?.tokens === 'all' && hiddenStates.pairs.some(({ student }) => student === layers)) return 'all';
  if (attention?.pairs.some(({ student }) => student === last)) return 'scores';
  return relations?.studentLayer === last ? 'queries' : 'values';
}

/** The linear maps to the teacher's width that these terms train along with a student of another width: one for each hidden state. */
export function projectionsFor({ teacher, hiddenStates }: LossTerms, student: ModelConfig): Projection[] {
  if (teacher === undefined || teacher.hidden === student.hidden) return [];
  const states = [...new Set(hiddenStates?.pairs.map((pair) => pair.student))];
  return states.map((state) => ({ name: projectionName(state), from: student.hidden, to: teacher.hidden }));
}
