import { relative } from 'node:path';
import { type Artifact, UserError } from '@retort/shared';
import { readModelConfig } from '../report/model-folder.ts';
import { type ModelName, modelStages } from './models.ts';

/** Refuses a model that knows other labels than the dataset. */
export function requireLabels(name: ModelName, source: Artifact, labels: readonly string[], experiment: string): void {
  const file = source.path('config.json');
  const known = readModelConfig(file).labels;
  if (known.join('\n') === labels.join('\n')) return;
  throw new UserError(`the ${name} knows the labels ${known.join(', ')}, the dataset ${labels.join(', ')}`, {
    place: { file: relative(process.cwd(), file), field: 'id2label' },
    remedy: `run: nx run ${experiment}:${modelStages[name]}`,
  });
}
