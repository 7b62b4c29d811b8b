import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quantizeFile, type Recipe } from '@retort/quantizer';
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
  await quantizeFile(join(folder, 'onnx/model.onnx'), join(folder, 'onnx/model_quantized.onnx'), recipe);
}
