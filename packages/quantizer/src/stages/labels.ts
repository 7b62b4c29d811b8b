import { relative } from 'node:path';
import { type Artifact, UserError } from '@retort/shared';
import { type ModelConfig, readModelConfig } from '../report/model-folder.ts';
import { type ModelName, modelStages } from './models.ts';

/** Refuses a model that knows other labels than the dataset. */
export function requireLabels(
  name: ModelName,
  source: Artifact,
  labels: readonly string[],
  experiment: string,
): ModelConfig {
  return readConfigOf(name, source.path('config.json'), labels, `run: nx run ${experiment}:${modelStages[name]}`);
}

/** The same for a model by its `config.json`; `remedy` says what to do. */
export function readConfigOf(name: string, path: string, labels: readonly string[], remedy: string): ModelConfig {
  const config = readModelConfig(path);
  if (config.labels.join('\n') === labels.join('\n')) return config;
  throw new UserError(`the ${name} knows the labels ${config.labels.join(', ')}, the dataset ${labels.join(', ')}`, {
    place: { file: relative(process.cwd(), path), field: 'id2label' },
    remedy,
  });
}
