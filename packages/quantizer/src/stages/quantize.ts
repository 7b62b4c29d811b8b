import { copyFile, stat } from 'node:fs/promises';
import {
  artifactInputs,
  type Experiment,
  type Manifest,
  modelSettingsFile,
  openArtifact,
  type Progress,
  requireInputs,
  writeArtifact,
} from '@retort/shared';
import { quantizeFile } from '../quantize/file.ts';
import { fp32File, int8File, type ModelName, modelNames, modelStages } from './models.ts';

/** What a folder needs beside its ONNX file to be a model that transformers.js and others open, and that reads and decides as its source. */
const companions = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.txt',
  modelSettingsFile,
];

/** The stage `quantize`: the teacher and the student in int8, each a folder with `onnx/model_quantized.onnx`. */
export async function runQuantize(experiment: Experiment, progress: Progress): Promise<Manifest> {
  return writeArtifact(experiment, 'quantize', async (writer) => {
    const metrics: Record<string, number> = {};
    const open = (name: ModelName) => openArtifact(experiment.workspace, experiment.name, modelStages[name]);
    const sources = { teacher: await open('teacher'), student: await open('student') };
    await requireInputs(sources.student, [sources.teacher]);
    for (const name of modelNames) {
      progress.update(name);
      const source = sources[name];
      const input = source.path(fp32File);
      const output = await writer.path(`${name}/${int8File}`);
      const before = (await stat(input)).size;
      const { recipe, embeddings, reduceRange } = experiment.config.quantization;
      const after = await quantizeFile(input, output, recipe, { embeddings, reduceRange });
      for (const file of companions.filter((each) => source.manifest.outputs[each] !== undefined)) {
        await copyFile(source.path(file), await writer.path(`${name}/${file}`));
      }
      metrics[`${name}.bytes`] = before;
      metrics[`${name}-int8.bytes`] = after;
      metrics[`${name}.ratio`] = before / after;
      progress.line(
        `${name}  ${megabytes(before)} -> ${megabytes(after)}: ${(before / after).toFixed(2)} times smaller`,
      );
    }
    writer.metrics.append(...Object.entries(metrics).map(([name, value]) => ({ name, value })));
    return writer.commit({ inputs: artifactInputs(Object.values(sources)), metrics });
  });
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`;
}
