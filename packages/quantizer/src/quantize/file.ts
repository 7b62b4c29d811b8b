import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { checkModel, readModel, writeModel } from '@retort/onnx';
import { UserError, writeFileAtomic } from '@retort/shared';
import { defaultOptions, type QuantizeOptions } from './options.ts';
import { type Recipe, recipes } from './recipes.ts';

/**
 * Quantizes an ONNX file by a recipe and returns the size of the result in bytes. Options that are not given: int8 embeddings, nothing kept,
 * the full range. Throws a UserError that names `input` if it is no ONNX model or has nothing to quantize.
 */
export async function quantizeFile(
  input: string,
  output: string,
  recipe: Recipe,
  options: Partial<QuantizeOptions> = {},
): Promise<number> {
  const file = relative(process.cwd(), input);
  const model = readModel(await readFile(input), file);
  try {
    checkModel(model);
    const quantized = recipes[recipe].quantize(model, { ...defaultOptions, ...options });
    checkModel(quantized);
    const bytes = writeModel(quantized);
    await writeFileAtomic(output, bytes);
    return bytes.byteLength;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message, { place: { ...error.place, file }, remedy: error.remedy, cause: error });
  }
}
