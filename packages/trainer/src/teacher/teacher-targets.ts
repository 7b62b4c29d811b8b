import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import { writeModel } from '@retort/onnx';
import type { Progress } from '@retort/shared';
import type { Model } from '../checkpoint/model-folder.ts';
import type { TrainingTexts } from '../data/texts.ts';
import type { ChosenEngine } from '../engine/choose.ts';
import { evaluationGraph } from '../engine/graphs.ts';
import { type LossTerms, teacherOutputs } from '../losses/terms.ts';
import { memorySize } from '../memory/estimate.ts';
import type { TeacherTargets } from '../training/train.ts';
import { askTeacher, type Gap } from './ask.ts';
import { type Chunk, chunkViews } from './chunks.ts';
import { chunkBytes, layoutOf, type OutputLayout } from './layout.ts';
import { storeLimit, TeacherStore, teacherFolder } from './store.ts';
import { StoredTargets } from './stored-targets.ts';

/** To be raised when files of the store change their meaning. */
const format = 2;

export interface TeacherQuestion {
  readonly workspace: string;
  readonly chosen: ChosenEngine;
  readonly teacher: Model;
  readonly losses: LossTerms;
  readonly texts: Pick<TrainingTexts, 'views'>;
  readonly epochs: number;
  readonly padId: number;
  readonly progress: Progress;
  /** The experiment file, as errors call it. */
  readonly file: string;
}

/**
 * What the teacher gives for all that the student reads, of every epoch: out of the store where it is there, undamaged, from whatever
 * training; the rest is computed and stored. Tells how much that is before it begins.
 */
export async function teacherTargets(question: TeacherQuestion): Promise<TeacherTargets> {
  const { workspace, teacher, losses, texts, epochs, progress, file } = question;
  const { hidden, labels } = teacher.config;
  const layouts = teacherOutputs(losses).map((output) => layoutOf(output, { hidden, labels: labels.length }));
  const views = chunkViews(texts, epochs);
  const folder = teacherFolder(workspace);
  const store = new TeacherStore(folder, storeLimit());
  const teacherKey = keyOfTeacher(question);
  const keys = views.chunks.map(({ digest }) => sha256(`${teacherKey} ${digest}`).slice(0, 32));

  const gaps: Gap[] = [];
  for (const [i, chunk] of views.chunks.entries()) {
    progress.update(`what the teacher gave before  ${i + 1}/${views.chunks.length}`);
    const missing: OutputLayout[] = [];
    for (const layout of layouts) {
      if (!(await store.has(keys[i], layout.name, chunkBytes(layout, chunk)))) missing.push(layout);
    }
    if (missing.length > 0) gaps.push({ key: keys[i], chunk, missing });
  }

  const total = bytesOf(views.chunks.map((chunk) => ({ chunk, missing: layouts })));
  const lacking = bytesOf(gaps);
  const inputs = views.chunks.reduce((sum, chunk) => sum + chunk.views.length, 0);
  progress.line(
    `the teacher's part: ${layouts.map(({ name }) => name).join(', ')} for ${inputs} inputs, ${memorySize(total)} ` +
      `in ${relative(process.cwd(), folder)}, ${lacking === 0 ? 'all there' : `of which ${memorySize(lacking)} to compute`}`,
  );
  if (lacking > 0) store.makeRoom(lacking, new Set(keys), { file, field: 'losses' });
  for (const key of keys) store.use(key);
  await askTeacher(gaps, { ...question, store });
  return new StoredTargets(
    views,
    layouts.map((layout) => ({ layout, paths: keys.map((key) => store.path(key, layout.name)) })),
  );
}

function bytesOf(parts: readonly { chunk: Chunk; missing: readonly OutputLayout[] }[]): number {
  return parts.reduce(
    (sum, { chunk, missing }) => sum + missing.reduce((bytes, layout) => bytes + chunkBytes(layout, chunk), 0),
    0,
  );
}

/** What decides the numbers, besides the inputs: the weights, how they are computed with, and by what. */
function keyOfTeacher({ teacher, chosen }: TeacherQuestion): string {
  const { config, parameters } = teacher;
  const hash = createHash('sha256').update(JSON.stringify([format, chosen.description]));
  hash.update(writeModel(evaluationGraph(config)));
  for (const [name, { data }] of parameters) {
    hash.update(`${name} ${data.length} `).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
