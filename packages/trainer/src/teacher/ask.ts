import { toFloat16 } from '@retort/onnx';
import { isDiskFull, type Progress, UserError } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import { collate } from '../data/batches.ts';
import type { ChosenEngine } from '../engine/choose.ts';
import type { Evaluator } from '../engine/engine.ts';
import { teacherBatches } from './batch.ts';
import type { Chunk } from './chunks.ts';
import { type OutputLayout, rowsOf } from './layout.ts';
import type { TeacherStore } from './store.ts';
import { TargetWriter } from './target-file.ts';

/** A chunk, and what is missing of what the teacher gives for it. */
export interface Gap {
  readonly key: string;
  readonly chunk: Chunk;
  readonly missing: readonly OutputLayout[];
}

/** Has the teacher fill the gaps of a store. Throws a UserError where the disk is full; what is there by then stays. */
export async function askTeacher(
  gaps: readonly Gap[],
  about: {
    readonly chosen: ChosenEngine;
    readonly teacher: Model;
    readonly padId: number;
    readonly store: TeacherStore;
    readonly progress: Progress;
  },
): Promise<void> {
  const { chosen, teacher, store, progress } = about;
  const total = gaps.reduce((sum, { chunk }) => sum + chunk.views.length, 0);
  let asked: { readonly names: string; readonly evaluator: Evaluator } | undefined;
  let done = 0;
  try {
    for (const gap of gaps) {
      const names = gap.missing.map(({ name }) => name).join();
      if (asked?.names !== names) {
        await asked?.evaluator.close();
        const wanted = gap.missing.map(({ output }) => output);
        asked = { names, evaluator: await chosen.createEvaluator(teacher.config, teacher.parameters, wanted) };
      }
      const onInputs = (count: number) => {
        done += count;
        progress.update(`the teacher reads  ${done}/${total}`);
      };
      await fill(gap, { evaluator: asked.evaluator, padId: about.padId, store, onInputs });
    }
  } catch (cause) {
    if (!isDiskFull(cause)) throw cause;
    throw new UserError('the disk is full: what the teacher gives could not be written', {
      place: { file: gaps.length === 0 ? '' : store.path(gaps[0].key, '') },
      remedy: 'free some space and run the stage again: what has been written is not computed again',
      cause,
    });
  } finally {
    await asked?.evaluator.close();
  }
}

async function fill(
  { key, chunk, missing }: Gap,
  about: { evaluator: Evaluator; padId: number; store: TeacherStore; onInputs: (count: number) => void },
): Promise<void> {
  const { evaluator, padId, store, onInputs } = about;
  store.use(key);
  const writers: TargetWriter[] = [];
  try {
    for (const { name } of missing) writers.push(new TargetWriter(store.path(key, name), store.label(key, name)));
    for (const indices of teacherBatches(chunk.views)) {
      const batch = collate(chunk.views, indices, padId);
      const outputs = await evaluator.outputs(batch);
      missing.forEach((layout, i) => {
        const values = outputs.get(layout.name);
        if (values === undefined) throw new Error(`the teacher gave no ${layout.name}`);
        const rows = values.length / batch.size / layout.width;
        indices.forEach((index, place) => {
          const { count } = rowsOf(layout, chunk, index);
          const from = place * rows * layout.width;
          const input = values.subarray(from, from + count * layout.width);
          writers[i].append(layout.half ? toFloat16(input) : input);
        });
      });
      onInputs(indices.length);
    }
    for (const writer of writers) writer.finish();
  } catch (error) {
    for (const writer of writers) writer.abort();
    throw error;
  }
}
