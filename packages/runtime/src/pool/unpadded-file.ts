import { readFile, writeFile } from 'node:fs/promises';
import { UserError } from '@retort/shared';

/**
 * Writes `into` the model of `file` for inputs without padding, and says whether it has: not where that makes no difference, and not where the file holds what we do not
 * read. onnxruntime may read it all the same.
 */
export async function writeUnpadded(file: string, into: string): Promise<boolean> {
  // Loaded here, for workers of the pool never get here, and would take 100 ms longer to start.
  const { readModel, unpadded, writeModel } = await import('@retort/onnx');
  try {
    const model = unpadded(readModel(await readFile(file), file));
    if (model === undefined) return false;
    await writeFile(into, writeModel(model));
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}
