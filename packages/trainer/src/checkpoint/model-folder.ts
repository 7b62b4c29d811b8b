import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeModel } from '@retort/onnx';
import {
  type ArtifactWriter,
  type ModelSettings,
  modelSettingsFile,
  modelSettingsJson,
  type Tokenizer,
  tokenizerFiles,
  UserError,
} from '@retort/shared';
import { exportGraph } from '../engine/graphs.ts';
import { formatModelConfig, type ModelConfig, parseModelConfig } from '../model/config.ts';
import { type Parameters, parameterSpecs } from '../model/parameters.ts';
import { withoutProjections } from '../model/projections.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

export interface Model {
  readonly config: ModelConfig;
  readonly parameters: Parameters;
}

/** Reads `config.json` and `model.safetensors` of a Hugging Face folder. */
export function readModelFolder(folder: string): Model {
  const configPath = join(folder, 'config.json');
  const config = parseModelConfig(readFileSync(configPath, 'utf8'), configPath);
  const path = join(folder, 'model.safetensors');
  const stored = readSafetensors(path);
  const parameters = parameterSpecs(config).map(({ name, shape }) => {
    const tensor = stored.get(name);
    if (tensor === undefined) throw misfit(path, `tensor "${name}" is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw misfit(path, `tensor "${name}" has shape [${tensor.shape}], config.json asks for [${shape}]`);
    }
    return [name, tensor] as const;
  });
  return { config, parameters: new Map(parameters) };
}

/**
 * Writes a whole Hugging Face folder into an artifact: configuration, weights, tokenizer and `onnx/model.onnx`; and our
 * `retort.json`. Projections that were trained along stay behind.
 */
export async function writeModelFolder(
  writer: Pick<ArtifactWriter, 'path'>,
  model: Model,
  tokenizer: Tokenizer,
  { dropout, settings }: { dropout: number; settings: ModelSettings },
): Promise<void> {
  const { config, parameters } = withoutProjections(model);
  await writeFile(await writer.path('config.json'), formatModelConfig(config, { dropout, padId: tokenizer.padId }));
  await writeSafetensors(await writer.path('model.safetensors'), parameters);
  await writeFile(await writer.path(modelSettingsFile), modelSettingsJson(settings));
  for (const [file, content] of Object.entries(tokenizerFiles(tokenizer, settings.maxTokens, config.architecture))) {
    await writeFile(await writer.path(file), content);
  }
  await writeFile(await writer.path('onnx/model.onnx'), writeModel(exportGraph(config, parameters)));
}

function misfit(path: string, what: string): UserError {
  return new UserError(what, { place: { file: path }, remedy: 'use weights and config.json of the same model' });
}
