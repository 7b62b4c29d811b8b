import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readModel } from '@retort/onnx';
import { calibrate, quantizeFile, type Recipe } from '@retort/quantizer';
import { onnxruntimeCpu } from '@retort/runtime';
import { bertVocabulary, createTokenizer, type ModelSettings } from '@retort/shared';
import { parseModelConfig, randomParameters, writeModelFolder } from '@retort/trainer';

/** A real DistilBERT with random weights, small: by default two layers of 64, fp32 and quantized. */
export async function writeRandomModel(
  folder: string,
  settings: ModelSettings,
  { seed = 1, recipe = 'dynamic-int8', shape = {} }: { seed?: number; recipe?: Recipe; shape?: object } = {},
): Promise<void> {
  const config = parseModelConfig(
    JSON.stringify({
      model_type: 'distilbert',
      dim: 64,
      n_layers: 2,
      n_heads: 2,
      hidden_dim: 256,
      id2label: { 0: 'human', 1: 'ai' },
      ...shape,
    }),
    'config.json',
  );
  const path = async (file: string) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    return join(folder, file);
  };
  const parameters = randomParameters(config, seed);
  await writeModelFolder({ path }, { config, parameters }, createTokenizer(bertVocabulary()), {
    dropout: 0.1,
    settings,
  });
  const parent = join(folder, 'onnx/model.onnx');
  const ranges = recipe === 'fixed-int8' ? await someRanges(parent) : undefined;
  await quantizeFile(parent, join(folder, 'onnx/model_quantized.onnx'), recipe, { ranges });
}

/** Of the activations, by three inputs of ids that are spread over the vocabulary. */
async function someRanges(file: string) {
  const model = readModel(await readFile(file), file);
  const inputs = [20, 60, 128].map((length) => Int32Array.from({ length }, (_, i) => 1000 + ((i * 7919) % 20_000)));
  return calibrate(model, inputs, onnxruntimeCpu, { threads: 2 });
}
