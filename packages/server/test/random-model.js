import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { quantizeFile } from '@retort/quantizer';
import { bertVocabulary, createTokenizer } from '@retort/shared';
import { parseModelConfig, randomParameters, writeModelFolder } from '@retort/trainer';
export async function writeRandomModel(folder, settings, seed = 1) {
  const config = parseModelConfig(
    JSON.stringify({
      model_type: 'distilbert',
      dim: 64,
      n_layers: 2,
      n_heads: 2,
      hidden_dim: 256,
      id2label: { 0: 'human', 1: 'ai' },
    }),
    'config.json',
  );
  const path = async (file) => {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    return join(folder, file);
  };
  const parameters = randomParameters(config, seed);
  await writeModelFolder({ path }, { config, parameters }, createTokenizer(bertVocabulary()), {
    dropout: 0.1,
    settings,
  });
  await quantizeFile(join(folder, 'onnx/model.onnx'), join(folder, 'onnx/model_quantized.onnx'), 'dynamic-int8');
}
//# sourceMappingURL=random-model.js.map
