import { relative } from 'node:path';
import {
  type Artifact,
  type ArtifactWriter,
  type Experiment,
  loadTokenizer,
  openArtifact,
  type Progress,
  requireInputs,
  UserError,
  writeArtifact,
} from '@retort/shared';
import { type Model, readModelFolder, writeModelFolder } from '../checkpoint/model-folder.ts';
import { encodeSplit } from '../data/encode.ts';
import { type ChosenEngine, chooseEngine, type EngineName } from '../engine/choose.ts';
import { announceMemory } from '../memory/estimate.ts';
import { countParameters } from '../model/parameters.ts';
import { startStudent } from '../pretrained/start.ts';
import { defaultMinutes, openCheckpoints, withCheckpoints } from '../resume/open.ts';
import { splitLogits } from '../training/logits.ts';
import { train } from '../training/train.ts';
import { announce, longestText, summarize } from './summary.ts';

/** Trains the student on the labels and on the teacher's logits, and writes it as a Hugging Face folder. */
export async function distill(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
): Promise<void> {
  const chosen = chooseEngine(engineName, progress);
  const { student, losses, maxTokens, seed } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const teacherArtifact = await openArtifact(experiment.workspace, experiment.name, 'finetune');
  await requireInputs(teacherArtifact, [dataset]);
  const teacher = readModelFolder(teacherArtifact.folder);
  const tokenizer = loadTokenizer(teacherArtifact.folder);
  const training = await encodeSplit(dataset, 'train', tokenizer, maxTokens);
  const validation = await encodeSplit(dataset, 'validation', tokenizer, maxTokens);
  checkLabels(teacher.config.labels, training.labelNames, teacherArtifact);

  const { model, digests } = await startStudent(experiment, { ...teacher, tokenizer }, progress);
  const { config, parameters } = model;
  announce(progress, { config, parameters: countParameters(config), training, validation, chosen });
  const splits = [training, validation];
  const estimatedMemory = announceMemory(
    progress,
    {
      config,
      losses,
      settings: student.training,
      maxTokens,
      longestText: longestText(splits),
      otherParameters: countParameters(teacher.config),
    },
    'student.training',
  );
  const checkpoints = openCheckpoints(experiment, 'distill', {
    config,
    parameters,
    artifacts: [dataset, teacherArtifact],
    splits,
    engine: chosen.description,
    minutes,
    progress,
  });

  const write = async (writer: ArtifactWriter) => {
    const { batchSize, dropout } = student.training;
    const teacherLogits =
      losses.soft > 0
        ? await checkpoints.keep('teacher-logits', () =>
            logitsOf(chosen, teacher, training.encoded, { batchSize, padId: tokenizer.padId, progress }),
          )
        : undefined;
    const engine = await chosen.createEngine({
      config,
      parameters,
      losses,
      dropout,
      seed,
      batchSize,
      maxTokens,
    });
    const result = await train({
      model: { config, parameters },
      engine,
      train: { ...training, teacherLogits },
      validation,
      settings: student.training,
      padId: tokenizer.padId,
      seed,
      progress,
      metrics: writer.metrics,
      checkpoints,
    });
    await engine.close();
    await writeModelFolder(writer, { config, parameters: result.parameters }, tokenizer, { dropout, maxTokens });
    await writer.commit({
      ...summarize(progress, writer, result, chosen, [dataset, teacherArtifact], estimatedMemory),
      inputDigests: digests,
    });
  };
  await withCheckpoints(checkpoints, () => writeArtifact(experiment, 'distill', write));
}

/** The teacher's logits and the dataset's labels must mean the same classes, in the same order. */
function checkLabels(teacher: readonly string[], dataset: readonly string[], artifact: Artifact): void {
  if (teacher.join('\n') === dataset.join('\n')) return;
  throw new UserError(`the teacher knows the labels ${teacher.join(', ')}, the dataset ${dataset.join(', ')}`, {
    place: { file: relative(process.cwd(), artifact.path('config.json')), field: 'id2label' },
    remedy: `run: nx run ${artifact.manifest.experiment}:finetune`,
  });
}

/** The teacher's logits of every training text, computed once for all epochs. */
async function logitsOf(
  chosen: ChosenEngine,
  { config, parameters }: Model,
  encoded: readonly Int32Array[],
  { batchSize, padId, progress }: { batchSize: number; padId: number; progress: Progress },
): Promise<Float32Array> {
  const evaluator = await chosen.createEvaluator(config, parameters);
  const logits = await splitLogits(evaluator, encoded, {
    labels: config.labels.length,
    batchSize,
    padId,
    onBatch: (done) => progress.update(`teacher's logits ${done}/${encoded.length}`),
  });
  await evaluator.close();
  return logits;
}
