import { type Experiment, openArtifact, type Progress } from '@retort/shared';
import { encodeData } from '../data/encode.ts';
import { limitToSteps } from '../data/limit-texts.ts';
import { type ChosenEngine, chooseEngine, type EngineName } from '../engine/choose.ts';
import { startTeacher } from '../pretrained/start.ts';
import { defaultMinutes } from '../resume/open.ts';
import { runTraining, type TrainingRun } from './run-training.ts';

/** Trains the teacher on the prepared data and writes it as a Hugging Face folder. */
export async function finetune(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
): Promise<void> {
  const run = await finetuneRun(experiment, progress, chooseEngine(engineName, progress));
  await runTraining(experiment, progress, run, minutes);
}

/** The teacher, ready to be trained. `steps`: only so many texts, and epochs, as these steps take. */
export async function finetuneRun(
  experiment: Experiment,
  progress: Progress,
  chosen: ChosenEngine,
  steps?: number,
): Promise<TrainingRun> {
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const { tokenizer, start } = await startTeacher(experiment, progress);
  const all = await encodeData(dataset, tokenizer, experiment.config);
  const { texts, settings } = limitToSteps(steps, all, experiment.config.teacher.training, experiment.config.seed);
  const { model, digests } = await start(texts.labelNames);
  return {
    stage: 'finetune',
    chosen,
    model,
    tokenizer,
    texts,
    settings,
    losses: { hard: 1, soft: 0, temperature: 1 },
    read: [dataset],
    digests,
  };
}
