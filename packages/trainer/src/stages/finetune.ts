import { type ArtifactWriter, type Experiment, openArtifact, type Progress, writeArtifact } from '@retort/shared';
import { writeModelFolder } from '../checkpoint/model-folder.ts';
import { encodeSplit } from '../data/encode.ts';
import { chooseEngine, type EngineName } from '../engine/choose.ts';
import { announceMemory } from '../memory/estimate.ts';
import { countParameters } from '../model/parameters.ts';
import { startTeacher } from '../pretrained/start.ts';
import { defaultMinutes, openCheckpoints, withCheckpoints } from '../resume/open.ts';
import { train } from '../training/train.ts';
import { announce, longestText, summarize } from './summary.ts';

/** Trains the teacher on the prepared data and writes it as a Hugging Face folder. */
export async function finetune(
  experiment: Experiment,
  progress: Progress,
  engineName: EngineName = 'onnxruntime',
  minutes = defaultMinutes,
): Promise<void> {
  const chosen = chooseEngine(engineName, progress);
  const { teacher, maxTokens, seed } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const { tokenizer, start } = await startTeacher(experiment, progress);
  const training = await encodeSplit(dataset, 'train', tokenizer, maxTokens);
  const validation = await encodeSplit(dataset, 'validation', tokenizer, maxTokens);

  const { model, digests } = await start(training.labelNames);
  const { config, parameters } = model;
  announce(progress, { config, parameters: countParameters(config), training, validation, chosen });
  const losses = { hard: 1, soft: 0, temperature: 1 };
  const splits = [training, validation];
  const estimatedMemory = announceMemory(
    progress,
    { config, losses, settings: teacher.training, maxTokens, longestText: longestText(splits) },
    'teacher.training',
  );
  const checkpoints = openCheckpoints(experiment, 'finetune', {
    config,
    parameters,
    artifacts: [dataset],
    splits,
    engine: chosen.description,
    minutes,
    progress,
  });

  const write = async (writer: ArtifactWriter) => {
    const engine = await chosen.createEngine({
      config,
      parameters,
      losses,
      dropout: teacher.training.dropout,
      seed,
      batchSize: teacher.training.batchSize,
      maxTokens,
    });
    const result = await train({
      model: { config, parameters },
      engine,
      train: training,
      validation,
      settings: teacher.training,
      padId: tokenizer.padId,
      seed,
      progress,
      metrics: writer.metrics,
      checkpoints,
    });
    await engine.close();
    const { dropout } = teacher.training;
    await writeModelFolder(writer, { config, parameters: result.parameters }, tokenizer, { dropout, maxTokens });
    await writer.commit({
      ...summarize(progress, writer, result, chosen, [dataset], estimatedMemory),
      inputDigests: digests,
    });
  };
  await withCheckpoints(checkpoints, () => writeArtifact(experiment, 'finetune', write));
}
