import { type Experiment, openArtifact, type Progress } from '@retort/shared';
import { encodeData } from '../data/encode.ts';
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
  const { teacher } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const { tokenizer, start } = await startTeacher(experiment, progress);
  const texts = await encodeData(dataset, tokenizer, experiment.config);
  const { model, digests } = await start(texts.labelNames);
  await runTraining(experiment, progress, {
    stage: 'finetune',
    chosen,
    minutes,
    model,
    tokenizer,
    texts,
    settings: teacher.training,
    losses: { hard: 1, soft: 0, temperature: 1 },
    read: [dataset],
    digests,
  });
}
