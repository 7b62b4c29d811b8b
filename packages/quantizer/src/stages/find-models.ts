import { join, relative, sep } from 'node:path';
import { type Artifact, type Experiment, openArtifact, sha256File, UserError } from '@retort/shared';
import type { Candidate } from '../report/compare.ts';
import { countParameters, readModelConfig } from '../report/model-folder.ts';
import { fp32File, int8File, modelNames, modelStages } from './models.ts';

/** The teacher, the student, and both in int8, with the artifacts that hold them; checks that they belong together. */
export async function findModels(
  experiment: Experiment,
  labels: readonly string[],
): Promise<{ models: Candidate[]; artifacts: Artifact[] }> {
  const { workspace, name: experimentName } = experiment;
  const fp32: Candidate[] = [];
  const int8: Candidate[] = [];
  const quantized = await openArtifact(workspace, experimentName, 'quantize');
  const artifacts = [quantized];
  for (const name of modelNames) {
    const source = await openArtifact(workspace, experimentName, modelStages[name]);
    artifacts.push(source);
    await refuseStale(experiment, source, quantized);
    const config = readModelConfig(source.path('config.json'));
    if (config.labels.join('\n') !== labels.join('\n')) {
      throw new UserError(
        `the ${name} knows the labels ${config.labels.join(', ')}, the dataset ${labels.join(', ')}`,
        {
          place: { file: relative(process.cwd(), source.path('config.json')), field: 'id2label' },
          remedy: `run: nx run ${experimentName}:${modelStages[name]}`,
        },
      );
    }
    const parameters = countParameters(source.path('model.safetensors'));
    const { architecture } = config;
    fp32.push({
      name,
      architecture,
      weights: 'fp32',
      parameters,
      folder: source.folder,
      file: source.path(fp32File),
    });
    int8.push({
      name: `${name}-int8`,
      architecture,
      weights: experiment.config.quantization.recipe,
      parameters,
      folder: join(quantized.folder, name),
      file: quantized.path(`${name}/${int8File}`),
    });
  }
  return { models: [...fp32, ...int8], artifacts };
}

/** An int8 model of another fp32 model than the one at hand would be compared with the wrong parent. */
async function refuseStale({ workspace, name: experiment }: Experiment, source: Artifact, quantized: Artifact) {
  const checksums = join(source.folder, 'checksums.txt');
  const key = relative(workspace, checksums).split(sep).join('/');
  if (quantized.manifest.inputs[key] === (await sha256File(checksums))) return;
  throw new UserError('the int8 models were made from other fp32 models than those that are there now', {
    place: { file: relative(process.cwd(), quantized.folder) },
    remedy: `run: nx run ${experiment}:quantize`,
  });
}
