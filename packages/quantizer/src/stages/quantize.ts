import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { checkModel, readModel } from '@retort/onnx';
import { type Executor, onnxruntimeCpu, saturates } from '@retort/runtime';
import {
  type Artifact,
  artifactInputs,
  decisionRule,
  type Experiment,
  type Manifest,
  modelSettingsFile,
  modelSettingsJson,
  openArtifact,
  type Progress,
  readModelSettings,
  readSplit,
  requireInputs,
  type Split,
  writeArtifact,
} from '@retort/shared';
import { gateMarkdown } from '../gate/markdown.ts';
import { copyCompanions, longestInput } from '../gate/model-folder.ts';
import { type QuantizedModel, quantizeModel } from '../gate/quantize-model.ts';
import { gateMetrics } from '../gate/result.ts';
import { readGateTexts } from '../gate/texts.ts';
import { requireLabels } from './labels.ts';
import { fp32File, int8File, type ModelName, modelNames, modelStages } from './models.ts';

/**
 * The stage `quantize`: the teacher and the student, small and fast, each a folder with `onnx/model_quantized.onnx`, as far as the gate lets
 * them through; `gate.json` and `gate.md` beside them tell what it found.
 */
export async function runQuantize(
  experiment: Experiment,
  progress: Progress,
  executor: Executor = onnxruntimeCpu,
): Promise<Manifest> {
  const { workspace, name: experimentName } = experiment;
  return writeArtifact(experiment, 'quantize', async (writer) => {
    const dataset = await openArtifact(workspace, experimentName, 'prepare');
    const open = (name: ModelName) => openArtifact(workspace, experimentName, modelStages[name]);
    const sources = { teacher: await open('teacher'), student: await open('student') };
    await requireInputs(sources.teacher, [dataset]);
    await requireInputs(sources.student, [dataset, sources.teacher]);
    const split = await readSplit(dataset.folder, 'validation');
    const metrics: Record<string, number> = {};
    for (const name of modelNames) {
      const source = sources[name];
      requireLabels(name, source, split.labelNames, experimentName);
      const quantized = await quantizeOne(experiment, name, { source, dataset, split, executor, progress });
      await copyCompanions(source.folder, join(writer.folder, name));
      await writeModelFiles(quantized, (file) => writer.path(`${name}/${file}`));
      const { parentBytes, files } = quantized.result;
      metrics[`${name}.bytes`] = parentBytes;
      metrics[`${name}.ratio`] = parentBytes / files[0].bytes;
      for (const gated of files) {
        Object.assign(metrics, gateMetrics(gated.file === int8File ? `${name}-int8` : `${name}-int8-reduced`, gated));
      }
    }
    writer.metrics.append(...Object.entries(metrics).map(([name, value]) => ({ name, value })));
    return writer.commit({
      inputs: artifactInputs([dataset, ...Object.values(sources)]),
      metrics,
      versions: { [executor.name]: executor.version },
      saturates: await saturates(executor),
    });
  });
}

interface Material {
  readonly source: Artifact;
  readonly dataset: Artifact;
  readonly split: Split;
  readonly executor: Executor;
  readonly progress: Progress;
}

async function quantizeOne(
  { config }: Experiment,
  name: ModelName,
  { source, dataset, split, executor, progress }: Material,
): Promise<QuantizedModel> {
  progress.update(name);
  const path = source.path(fp32File);
  const file = relative(process.cwd(), path);
  const model = readModel(await readFile(path), file);
  checkModel(model);
  const settings = readModelSettings(source.folder, longestInput(source.folder));
  const rule = decisionRule(settings, split.labelNames, source.folder);
  return quantizeModel({
    ...{ name, model, file, settings, executor, progress },
    texts: readGateTexts(source.folder, settings, split, { labelCount: split.labelNames.length, rule }),
    textsName: 'the validation split',
    textsSha256: dataset.manifest.outputs['validation.parquet'],
    config: config.quantization,
    threads: availableParallelism(),
  });
}

/** What is new in the folder of a quantized model. */
export async function writeModelFiles(
  { files, settings, result }: QuantizedModel,
  path: (file: string) => Promise<string>,
): Promise<void> {
  for (const { file, bytes } of files) await writeFile(await path(file), bytes);
  await writeFile(await path(modelSettingsFile), modelSettingsJson(settings));
  await writeFile(await path('gate.json'), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(await path('gate.md'), gateMarkdown(result));
}
