import { onnxruntimeCpu } from '@retort/runtime';
import { type Experiment, loadTokenizer, openArtifact, type Progress, writeArtifact } from '@retort/shared';
import { type Model, readModelFolder, writeModelFolder } from '../checkpoint/model-folder.ts';
import { encodeSplit } from '../data/encode.ts';
import { createEngine, createEvaluator } from '../engine/onnxruntime.ts';
import { countParameters } from '../model/parameters.ts';
import { chosenLayers, studentFromTeacher } from '../model/student.ts';
import { splitLogits, train } from '../training/train.ts';
import { announce, summarize } from './summary.ts';

/** Trains the student on the labels and on the teacher's logits, and writes it as a Hugging Face folder. */
export async function distill(experiment: Experiment, progress: Progress): Promise<void> {
  const { student, losses, maxTokens, seed } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const teacherArtifact = await openArtifact(experiment.workspace, experiment.name, 'finetune');
  const teacher = readModelFolder(teacherArtifact.folder);
  const tokenizer = loadTokenizer(teacherArtifact.folder);
  const training = await encodeSplit(dataset, 'train', tokenizer, maxTokens);
  const validation = await encodeSplit(dataset, 'validation', tokenizer, maxTokens);

  const layers = chosenLayers(student.from, student.layers, teacher.config.layers);
  const { config, parameters } = studentFromTeacher(teacher, layers);
  announce(progress, { config, parameters: countParameters(config), training, validation, executor: onnxruntimeCpu });
  progress.line(
    `the student starts from the teacher's layers ${layers.join(', ')} (of 0 to ${teacher.config.layers - 1})`,
  );

  await writeArtifact(experiment, 'distill', async (writer) => {
    const { batchSize, dropout } = student.training;
    const teacherLogits =
      losses.soft > 0
        ? await logitsOf(teacher, training.encoded, { batchSize, padId: tokenizer.padId, progress })
        : undefined;
    const engine = await createEngine(onnxruntimeCpu, {
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
    });
    await engine.close();
    await writeModelFolder(writer, { config, parameters: result.parameters }, tokenizer, { dropout, maxTokens });
    await writer.commit(summarize(progress, writer, result, [dataset, teacherArtifact]));
  });
}

/** The teacher's logits of every training text, computed once for all epochs. */
async function logitsOf(
  { config, parameters }: Model,
  encoded: readonly Int32Array[],
  { batchSize, padId, progress }: { batchSize: number; padId: number; progress: Progress },
): Promise<Float32Array> {
  const evaluator = await createEvaluator(onnxruntimeCpu, config, parameters);
  const logits = await splitLogits(evaluator, encoded, {
    labels: config.labels.length,
    batchSize,
    padId,
    onBatch: (done) => progress.update(`teacher's logits ${done}/${encoded.length}`),
  });
  await evaluator.close();
  return logits;
}
