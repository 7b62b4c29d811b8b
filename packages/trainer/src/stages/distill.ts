import { relative } from 'node:path';
import {
  type Artifact,
  type Experiment,
  loadTokenizer,
  openArtifact,
  type Progress,
  requireInputs,
  UserError,
} from '@retort/shared';
import { type Model, readModelFolder } from '../checkpoint/model-folder.ts';
import { encodeData } from '../data/encode.ts';
import { limitToSteps } from '../data/limit-texts.ts';
import { type ChosenEngine, chooseEngine, type EngineName } from '../engine/choose.ts';
import { resolveTerms } from '../losses/resolve.ts';
import { projectionsFor } from '../losses/terms.ts';
import { countParameters } from '../model/parameters.ts';
import { withProjections } from '../model/projections.ts';
import { startStudent } from '../pretrained/start.ts';
import type { Checkpoints } from '../resume/checkpoints.ts';
import { defaultMinutes } from '../resume/open.ts';
import { inputLogits, logitTargets } from '../training/logits.ts';
import { runTraining, type TrainingRun } from './run-training.ts';

/** Trains the student on the labels and on the teacher's logits, and writes it as a Hugging Face folder. */
export async function distill(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
): Promise<void> {
  const run = await distillRun(experiment, progress, chooseEngine(engineName, progress));
  await runTraining(experiment, progress, run, minutes);
}

/** The student and what its teacher gives, ready to be trained. `steps`: only so many texts, and epochs, as these steps take. */
export async function distillRun(
  experiment: Experiment,
  progress: Progress,
  chosen: ChosenEngine,
  steps?: number,
): Promise<TrainingRun> {
  const { student, seed } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const teacherArtifact = await openArtifact(experiment.workspace, experiment.name, 'finetune');
  await requireInputs(teacherArtifact, [dataset]);
  const teacher = readModelFolder(teacherArtifact.folder);
  const tokenizer = loadTokenizer(teacherArtifact.folder);
  const all = await encodeData(dataset, tokenizer, experiment.config);
  const { texts, settings } = limitToSteps(steps, all, student.training, seed);
  checkLabels(teacher.config.labels, texts.labelNames, teacherArtifact);

  const { model: start, digests, startedFrom } = await startStudent(experiment, { ...teacher, tokenizer }, progress);
  const losses = resolveTerms(experiment.config.losses, {
    student: start.config,
    teacher: teacher.config,
    startedFrom,
    file: `experiments/${experiment.name}/experiment.json`,
  });
  const model = withProjections(start, projectionsFor(losses, start.config), seed);
  const { batchSize, epochs } = settings;
  const softTargets = async (kept: Pick<Checkpoints, 'keep'>) => {
    const { train } = texts;
    const logits = await kept.keep('teacher-logits', () => {
      const views = Array.from({ length: epochs }, (_, i) => train.views(i + 1)).flat();
      return logitsOf(chosen, teacher, views, { batchSize, padId: tokenizer.padId, progress });
    });
    return logitTargets(logits, train.labels.length, teacher.config.labels.length);
  };
  return {
    stage: 'distill',
    chosen,
    model,
    tokenizer,
    texts,
    settings,
    losses,
    read: [dataset, teacherArtifact],
    digests,
    otherParameters: countParameters(teacher.config),
    teacher: losses.soft > 0 ? softTargets : undefined,
  };
}

/** The teacher's logits and the dataset's labels must mean the same classes, in the same order. */
function checkLabels(teacher: readonly string[], dataset: readonly string[], artifact: Artifact): void {
  if (teacher.join('\n') === dataset.join('\n')) return;
  throw new UserError(`the teacher knows the labels ${teacher.join(', ')}, the dataset ${dataset.join(', ')}`, {
    place: { file: relative(process.cwd(), artifact.path('config.json')), field: 'id2label' },
    remedy: `run: nx run ${artifact.manifest.experiment}:finetune`,
  });
}

/** The teacher's logits of these inputs: [inputs, labels]. */
async function logitsOf(
  chosen: ChosenEngine,
  { config, parameters }: Model,
  encoded: readonly Int32Array[],
  { batchSize, padId, progress }: { batchSize: number; padId: number; progress: Progress },
): Promise<Float32Array> {
  const evaluator = await chosen.createEvaluator(config, parameters);
  const logits = await inputLogits(evaluator, encoded, {
    labels: config.labels.length,
    batchSize,
    padId,
    onBatch: (done) => progress.update(`teacher's logits ${done}/${encoded.length}`),
  });
  await evaluator.close();
  return logits;
}
