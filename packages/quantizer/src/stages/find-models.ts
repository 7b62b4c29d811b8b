import { join, relative } from 'node:path';
import {
  type Artifact,
  decisionRule,
  type Experiment,
  experimentSchema,
  openArtifact,
  readModelSettings,
  requireInputs,
  UserError,
} from '@retort/shared';
import type { Candidate } from '../report/compare.ts';
import { countParameters, readModelConfig } from '../report/model-folder.ts';
import { fp32File, int8File, modelNames, modelStages } from './models.ts';

/**
 * The teacher, the student, and both in int8, with the artifacts that hold them. Refuses artifacts that do not belong
 * together: a model of another split would be scored on texts that it was trained on.
 */
export async function findModels(
  { workspace, name: experiment, config: { maxTokens } }: Experiment,
  dataset: Artifact,
  labels: readonly string[],
): Promise<{ models: Candidate[]; artifacts: Artifact[] }> {
  const open = (stage: string) => openArtifact(workspace, experiment, stage);
  const sources = { teacher: await open(modelStages.teacher), student: await open(modelStages.student) };
  const quantized = await open('quantize');
  await requireInputs(sources.teacher, [dataset]);
  await requireInputs(sources.student, [dataset, sources.teacher]);
  await requireInputs(quantized, [sources.teacher, sources.student]);
  const { recipe } = experimentSchema.shape.quantization.parse(quantized.manifest.config.quantization);

  const fp32: Candidate[] = [];
  const int8: Candidate[] = [];
  for (const name of modelNames) {
    const source = sources[name];
    const config = readModelConfig(source.path('config.json'));
    if (config.labels.join('\n') !== labels.join('\n')) {
      throw new UserError(
        `the ${name} knows the labels ${config.labels.join(', ')}, the dataset ${labels.join(', ')}`,
        {
          place: { file: relative(process.cwd(), source.path('config.json')), field: 'id2label' },
          remedy: `run: nx run ${experiment}:${modelStages[name]}`,
        },
      );
    }
    const { architecture } = config;
    const parameters = countParameters(source.path(fp32File));
    const usage = (folder: string) => {
      const settings = readModelSettings(folder, maxTokens);
      return { folder, settings, rule: decisionRule(settings, labels, folder) };
    };
    const common = { architecture, parameters };
    fp32.push({ ...common, name, weights: 'fp32', file: source.path(fp32File), ...usage(source.folder) });
    const file = quantized.path(`${name}/${int8File}`);
    int8.push({ ...common, name: `${name}-int8`, weights: recipe, file, ...usage(join(quantized.folder, name)) });
  }
  return { models: [...fp32, ...int8], artifacts: [quantized, sources.teacher, sources.student] };
}
