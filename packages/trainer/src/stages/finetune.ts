import type { PrecisionChoice } from '@retort/runtime';
import { type Experiment, openArtifact, type Progress } from '@retort/shared';
import { encodeData } from '../data/encode.ts';
import { limitToSteps } from '../data/limit-texts.ts';
import type { EngineName } from '../engine/choose.ts';
import { type EngineFor, engineFor } from '../engine/choose-device.ts';
import type { DeviceChoice } from '../engine/device.ts';
import { startTeacher } from '../pretrained/start.ts';
import { defaultMinutes } from '../resume/open.ts';
import { runTraining, type TrainingRun } from './run-training.ts';

/** Trains the teacher on the prepared data and writes it as a Hugging Face folder. */
export async function finetune(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
  device: DeviceChoice = 'cpu',
  precision: PrecisionChoice = 'auto',
): Promise<void> {
  const run = await finetuneRun(experiment, progress, await engineFor(engineName, device, progress, precision));
  await runTraining(experiment, progress, run, minutes);
}

/** The teacher, ready to be trained. `steps`: only so many texts, and epochs, as these steps take. */
export async function finetuneRun(
  experiment: Experiment,
  progress: Progress,
  choose: EngineFor,
  steps?: number,
): Promise<TrainingRun> {
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const { tokenizer, start } = await startTeacher(experiment, progress);
  const all = await encodeData(dataset, tokenizer, experiment.config);
  const { texts, settings } = limitToSteps(steps, all, experiment.config.teacher.training, experiment.config.seed);
  const { model, digests } = await start(texts.labelNames);
  const { maxTokens, seed } = experiment.config;
  const losses = { hard: 1, soft: 0, temperature: 1 };
  const chosen = await choose({ model, losses, settings, texts: texts.train.views(1), maxTokens, seed });
  return {
    stage: 'finetune',
    chosen,
    model,
    tokenizer,
    texts,
    settings,
    losses,
    read: [dataset],
    digests,
  };
}
