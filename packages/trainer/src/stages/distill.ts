import { relative } from 'node:path';
import type { PrecisionChoice } from '@retort/runtime';
import {
  type Artifact,
  type Experiment,
  experimentFile,
  loadTokenizer,
  openArtifact,
  type Progress,
  requireInputs,
  UserError,
} from '@retort/shared';
import { readModelFolder } from '../checkpoint/model-folder.ts';
import { augmentedTexts } from '../data/augment.ts';
import { encodeData } from '../data/encode.ts';
import { limitToSteps } from '../data/limit-texts.ts';
import type { EngineName } from '../engine/choose.ts';
import { type EngineFor, engineFor } from '../engine/choose-device.ts';
import type { DeviceChoice } from '../engine/device.ts';
import { resolveTerms } from '../losses/resolve.ts';
import { projectionsFor, teacherOutputs } from '../losses/terms.ts';
import { withProjections } from '../model/projections.ts';
import { startStudent } from '../pretrained/start.ts';
import { defaultMinutes } from '../resume/open.ts';
import { teacherTargets } from '../teacher/teacher-targets.ts';
import { runTraining, type TrainingRun } from './run-training.ts';

/** Trains the student on the labels and on the teacher's logits, and writes it as a Hugging Face folder. */
export async function distill(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
  device: DeviceChoice = 'cpu',
  precision: PrecisionChoice = 'auto',
): Promise<void> {
  const run = await distillRun(experiment, progress, await engineFor(engineName, device, progress, precision));
  await runTraining(experiment, progress, run, minutes);
}

/** The student and what its teacher gives, ready to be trained. `steps`: only so many texts, and epochs, as these steps take. */
export async function distillRun(
  experiment: Experiment,
  progress: Progress,
  choose: EngineFor,
  steps?: number,
): Promise<TrainingRun> {
  const { student, seed } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const teacherArtifact = await openArtifact(experiment.workspace, experiment.name, 'finetune');
  await requireInputs(teacherArtifact, [dataset]);
  const teacher = readModelFolder(teacherArtifact.folder);
  const tokenizer = loadTokenizer(teacherArtifact.folder);
  const { model: start, digests, startedFrom } = await startStudent(experiment, { ...teacher, tokenizer }, progress);
  const file = experimentFile(experiment);
  const losses = resolveTerms(experiment.config.losses, {
    student: start.config,
    teacher: teacher.config,
    startedFrom,
    file,
  });
  const model = withProjections(start, projectionsFor(losses, start.config), seed);

  const asksTeacher = teacherOutputs(losses).length > 0;
  const all = await encodeData(dataset, tokenizer, experiment.config, { unlabelled: asksTeacher });
  checkLabels(teacher.config.labels, all.labelNames, teacherArtifact);
  noteUnlabelled(progress, all.train.labels);
  const train = augmentedTexts(all.train, student.augmentation, { tokenizer, seed, file });
  const { texts, settings } = limitToSteps(steps, { ...all, train }, student.training, seed);
  const { maxTokens } = experiment.config;
  const chosen = await choose({ model, losses, settings, texts: texts.train.views(1), maxTokens, seed });
  const targets = () =>
    teacherTargets({
      workspace: experiment.workspace,
      ...{ chosen, teacher, losses, progress, file },
      texts: texts.train,
      epochs: settings.epochs,
      padId: tokenizer.padId,
    });
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
    otherModel: teacher.config,
    teacher: asksTeacher ? targets : undefined,
  };
}

function noteUnlabelled(progress: Progress, labels: Int32Array): void {
  const count = labels.filter((label) => label < 0).length;
  if (count > 0)
    progress.line(`${count} of ${labels.length} texts are unlabelled: the teacher alone says what they are`);
}

/** The teacher's logits and the dataset's labels must mean the same classes, in the same order. */
function checkLabels(teacher: readonly string[], dataset: readonly string[], artifact: Artifact): void {
  if (teacher.join('\n') === dataset.join('\n')) return;
  throw new UserError(`the teacher knows the labels ${teacher.join(', ')}, the dataset ${dataset.join(', ')}`, {
    place: { file: relative(process.cwd(), artifact.path('config.json')), field: 'id2label' },
    remedy: `run: nx run ${artifact.manifest.experiment}:finetune`,
  });
}
