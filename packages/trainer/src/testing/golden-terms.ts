import { collate } from '../data/batches.ts';
import type { TeacherTensor } from '../engine/engine.ts';
import { names } from '../engine/graphs.ts';
import {
  type AttentionTerm,
  type HiddenStatesTerm,
  type LossTerms,
  projectionsFor,
  teacherOutputs,
} from '../losses/terms.ts';
import { outputName } from '../model/outputs.ts';
import { withProjections } from '../model/projections.ts';
import { goldenJson, goldenModel, goldenTensors, oneHot, plainOptions, withoutPadding } from './golden.ts';
import { allGradients, type GoldenBatch, type MakeEngine } from './golden-run.ts';

/** One step of an engine with some terms of `distillation-terms/cases.json`, and what PyTorch gave for it. */
export async function runGoldenTerms(makeEngine: MakeEngine, name: string) {
  const set = 'distillation-terms';
  const { terms, loss } = (goldenJson(`${set}/cases.json`) as Record<string, GoldenTerms>)[name];
  const teacher = goldenModel('bert-gradient').config;
  const bare = goldenModel(name === 'narrow' ? `${set}/narrow-student` : 'distilbert-gradient');
  const losses = { ...withPairs(terms), teacher };
  const model = withProjections(bare, projectionsFor(losses, bare.config), 1);
  for (const [key, { data }] of goldenTensors(`${set}/projections.safetensors`)) {
    model.parameters.get(key)?.data.set(data);
  }
  const given = new Map<string, TeacherTensor>(goldenTensors(`${set}/teacher.safetensors`));
  for (const [key, { shape, data }] of [...given].filter(([key]) => key.startsWith('hidden_states'))) {
    given.set(key.replace('hidden_states', 'cls'), { shape: [shape[0], 1, shape[2]], data: firstRows(shape, data) });
  }
  const logits = goldenTensors('distilbert-gradient/expected.safetensors').get('teacher_logits');
  if (logits !== undefined) given.set('logits', logits);
  const batch = goldenJson('distilbert-gradient/batch.json') as GoldenBatch;
  const wanted = new Set(teacherOutputs(losses).map(outputName));
  const tensors = new Map(
    [...given].filter(([key]) => wanted.has(key)).map(([key, tensor]) => [names.teacher(key), tensor]),
  );
  const engine = await makeEngine(plainOptions(model, losses));
  const labels = oneHot(batch.labels, model.config.labels.length);
  const step = await engine.gradients(collate(withoutPadding(batch), [0, 1, 2], 0), { labels, teacher: tensors }, 0);
  await engine.close();
  const gradients = allGradients(model.config, step);
  return { step, gradients, loss, golden: goldenTensors(`${set}/${name}.safetensors`) };
}

interface GoldenTerms {
  terms: Omit<LossTerms, 'hiddenStates' | 'attention'> & {
    hiddenStates?: Omit<HiddenStatesTerm, 'pairs'> & { pairs: number[][] };
    attention?: Omit<AttentionTerm, 'pairs'> & { pairs: number[][] };
  };
  loss: number;
}

function withPairs({ hiddenStates, attention, ...rest }: GoldenTerms['terms']): LossTerms {
  const named = <T extends { pairs: number[][] }>(term: T) => ({
    ...term,
    pairs: term.pairs.map(([student, teacher]) => ({ student, teacher })),
  });
  return {
    ...rest,
    ...(hiddenStates && { hiddenStates: named(hiddenStates) }),
    ...(attention && { attention: named(attention) }),
  };
}

/** The first row of each text: [B, L, H] -> [B, 1, H]. */
function firstRows([texts, length, width]: readonly number[], data: Float32Array): Float32Array {
  const rows = Array.from({ length: texts }, (_, i) => [
    ...data.subarray(i * length * width, (i * length + 1) * width),
  ]);
  return Float32Array.from(rows.flat());
}
