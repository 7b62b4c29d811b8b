import { statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { type DeviceName, type Executor, saturates } from '@retort/runtime';
import {
  type Artifact,
  batchPolicy,
  decisionRule,
  type Experiment,
  experimentSchema,
  fileForMachine,
  openArtifact,
  readModelSettings,
  requireInputs,
} from '@retort/shared';
import type { Candidate } from '../report/candidate.ts';
import { countParameters } from '../report/model-folder.ts';
import { furtherModels } from './further-models.ts';
import { readConfigOf, requireLabels } from './labels.ts';
import { fp32File, int8File, modelNames, modelStages } from './models.ts';

/**
 * The teacher, the student, both in int8, and the further models that the experiment names, with the artifacts that hold the first four.
 * Refuses artifacts that do not belong together: a model of another split would be scored on texts that it was trained on. Where the processor saturates
 * int8 products, a model's twin stands for it, if it has one, as in the server.
 */
export async function findModels(
  experiment: Experiment,
  dataset: Artifact,
  labels: readonly string[],
  executor: Executor,
): Promise<{ models: Candidate[]; artifacts: Artifact[]; digests: Record<string, string> }> {
  const { workspace, name, config } = experiment;
  const open = (stage: string) => openArtifact(workspace, name, stage);
  const sources = { teacher: await open(modelStages.teacher), student: await open(modelStages.student) };
  const quantized = await open('quantize');
  await requireInputs(sources.teacher, [dataset]);
  await requireInputs(sources.student, [dataset, sources.teacher]);
  await requireInputs(quantized, [dataset, sources.teacher, sources.student]);
  const saturating = await saturates(executor);
  const { recipe } = experimentSchema.shape.quantization.parse(quantized.manifest.config.quantization);

  const fp32: Candidate[] = [];
  const int8: Candidate[] = [];
  for (const name of modelNames) {
    const source = sources[name];
    const { architecture } = requireLabels(name, source, labels, experiment.name);
    const parameters = countParameters(source.path(fp32File));
    const common = { architecture, parameters };
    fp32.push({
      ...common,
      name,
      weights: 'fp32',
      ...usage(source.folder, source.path(fp32File), config.maxTokens, labels),
    });
    const folder = join(quantized.folder, name);
    const { file } = fileForMachine(readModelSettings(folder, config.maxTokens), int8File, saturating);
    int8.push({
      ...common,
      name: `${name}-int8`,
      weights: recipe,
      ...usage(folder, quantized.path(`${name}/${file}`), config.maxTokens, labels),
    });
  }
  const further = await furtherModels(experiment, (folder, file, name) => ({
    ...readConfigOf(
      name,
      join(folder, 'config.json'),
      labels,
      'take it out of report.models, or give its labels the names and the order of data.labels',
    ),
    ...usage(folder, file, config.maxTokens, labels),
  }));
  const models = [...fp32, ...int8, ...further.models];
  return {
    models: [...models, ...onRuntimes(models, config.report.runtimes)],
    artifacts: [quantized, sources.teacher, sources.student],
    digests: further.digests,
  };
}

/**
 * The models once more for each further runtime, by the name with the runtime's behind. Only files in ONNX's own operators are sure to run elsewhere, and gain by it: fp32, and the QDQ form.
 */
function onRuntimes(models: readonly Candidate[], runtimes: readonly DeviceName[]): Candidate[] {
  const portable = models.filter(({ weights }) => weights === 'fp32' || weights === 'static-int8');
  return runtimes.flatMap((device) => portable.map((model) => ({ ...model, name: `${model.name}-${device}`, device })));
}

/** How a model's folder says that it reads and decides. */
function usage(folder: string, file: string, maxTokens: number, labels: readonly string[]) {
  const settings = readModelSettings(folder, maxTokens);
  return {
    ...{ folder, file, settings },
    rule: decisionRule(settings, labels, folder),
    bytes: statSync(file).size,
    batch: batchPolicy(settings, relative(folder, file).split(sep).join('/')),
  };
}
