import { readFile, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { checkModel, readModel, writeModel } from '@retort/onnx';
import { UserError } from '@retort/shared';
import { type Recipe, recipes } from './recipes.ts';

/**
 * Quantizes an ONNX file by a recipe and returns the size of the result in bytes. Throws a UserError that names `input` if it is no
 * ONNX model or has nothing to quantize.
 */
export async function quantizeFile(input: string, output: string, recipe: Recipe): Promise<number> {
  const file = relative(process.cwd(), input);
  const model = readModel(await readFile(input), file);
  try {
    checkModel(model);
    const quantized = recipes[recipe](model);
    checkModel(quantized);
    const bytes = writeModel(quantized);
    await writeFile(output, bytes);
    return bytes.byteLength;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message, { place: { ...error.place, file }, remedy: error.remedy, cause: error });
  }
}
