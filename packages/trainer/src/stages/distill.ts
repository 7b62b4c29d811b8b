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
import { type ChosenEngine, chooseEngine, type EngineName } from '../engine/choose.ts';
import { countParameters } from '../model/parameters.ts';
import { startStudent } from '../pretrained/start.ts';
import type { Checkpoints } from '../resume/checkpoints.ts';
import { defaultMinutes } from '../resume/open.ts';
import { inputLogits, logitTargets } from '../training/logits.ts';
import { runTraining } from './run-training.ts';

/** Trains the student on the labels and on the teacher's logits, and writes it as a Hugging Face folder. */
export async function distill(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
): Promise<void> {
  const chosen = chooseEngine(engineName, progress);
  const { student, losses } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const teacherArtifact = await openArtifact(experiment.workspace, experiment.name, 'finetune');
  await requireInputs(teacherArtifact, [dataset]);
  const teacher = readModelFolder(teacherArtifact.folder);
  const tokenizer = loadTokenizer(teacherArtifact.folder);
  const texts = await encodeData(dataset, tokenizer, experiment.config);
  checkLabels(teacher.config.labels, texts.labelNames, teacherArtifact);

  const { model, digests } = await startStudent(experiment, { ...teacher, tokenizer }, progress);
  const { batchSize, epochs } = student.training;
  const softTargets = async (checkpoints: Checkpoints) => {
    const { train } = texts;
    const logits = await checkpoints.keep('teacher-logits', () => {
      const views = Array.from({ length: epochs }, (_, i) => train.views(i + 1)).flat();
      return logitsOf(chosen, teacher, views, { batchSize, padId: tokenizer.padId, progress });
    });
    return logitTargets(logits, train.labels.length, teacher.config.labels.length);
  };
  await runTraining(experiment, progress, {
    stage: 'distill',
    chosen,
    minutes,
    model,
    tokenizer,
    texts,
    settings: student.training,
    losses,
    read: [dataset, teacherArtifact],
    digests,
    otherParameters: countParameters(teacher.config),
    teacher: losses.soft > 0 ? softTargets : undefined,
  });
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
