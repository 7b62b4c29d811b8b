import { onnxruntimeCpu } from '@retort/runtime';
import {
  bertVocabulary,
  createTokenizer,
  type Experiment,
  openArtifact,
  type Progress,
  writeArtifact,
} from '@retort/shared';
import { writeModelFolder } from '../checkpoint/model-folder.ts';
import { encodeSplit } from '../data/encode.ts';
import { createEngine } from '../engine/onnxruntime.ts';
import type { ModelConfig } from '../model/config.ts';
import { countParameters, randomParameters } from '../model/parameters.ts';
import { train } from '../training/train.ts';
import { announce, summarize } from './summary.ts';

/** Position embeddings of a model that starts from random weights: BERT's 512, so that longer inputs can be tried later. */
const maxPositions = 512;

/** Trains the teacher on the prepared data and writes it as a Hugging Face folder. */
export async function finetune(experiment: Experiment, progress: Progress): Promise<void> {
  const { teacher, maxTokens, seed } = experiment.config;
  const dataset = await openArtifact(experiment.workspace, experiment.name, 'prepare');
  const tokenizer = createTokenizer(bertVocabulary());
  const training = await encodeSplit(dataset, 'train', tokenizer, maxTokens);
  const validation = await encodeSplit(dataset, 'validation', tokenizer, maxTokens);

  const config: ModelConfig = {
    architecture: 'bert',
    vocabularySize: tokenizer.vocabulary.length,
    layers: teacher.layers,
    hidden: teacher.hidden,
    heads: teacher.heads,
    intermediate: teacher.intermediate,
    maxPositions,
    tokenTypes: 2,
    epsilon: 1e-12,
    labels: training.labelNames,
  };
  const parameters = randomParameters(config, seed);
  announce(progress, { config, parameters: countParameters(config), training, validation, executor: onnxruntimeCpu });

  await writeArtifact(experiment, 'finetune', async (writer) => {
    const engine = await createEngine(onnxruntimeCpu, {
      config,
      parameters,
      losses: { hard: 1, soft: 0, temperature: 1 },
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
    });
    await engine.close();
    const { dropout } = teacher.training;
    await writeModelFolder(writer, { config, parameters: result.parameters }, tokenizer, { dropout, maxTokens });
    await writer.commit(summarize(progress, writer, result, [dataset]));
  });
}
