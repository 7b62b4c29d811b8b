import { type Experiment, openArtifact, type Progress } from '@retort/shared';
import { encodeSplit } from '../data/encode.ts';
import { chooseEngine, type EngineName } from '../engine/choose.ts';
import { startTeacher } from '../pretrained/start.ts';
import { defaultMinutes } from '../resume/open.ts';
import { runTraining } from './run-training.ts';

/** Trains the teacher on the prepared data and writes it as a Hugging Face folder. */
export async function finetune(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
): Promise<void> {
  const chosen = chooseEngine(engineName, progress);
  const { teacher, maxTokens } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const { tokenizer, start } = await startTeacher(experiment, progress);
  const training = await encodeSplit(dataset, 'train', tokenizer, maxTokens);
  const validation = await encodeSplit(dataset, 'validation', tokenizer, maxTokens);
  const { model, digests } = await start(training.labelNames);
  await runTraining(experiment, progress, {
    stage: 'finetune',
    chosen,
    minutes,
    model,
    tokenizer,
    training,
    validation,
    settings: teacher.training,
    losses: { hard: 1, soft: 0, temperature: 1 },
    read: [dataset],
    digests,
  });
}
