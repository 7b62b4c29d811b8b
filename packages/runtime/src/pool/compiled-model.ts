import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { readModel, unpadded, writeModel } from '@retort/onnx';
import { UserError } from '@retort/shared';
import { createSession, sessionOptions } from '../onnxruntime.ts';
import type { CompiledForm, WorkerSessionOptions } from './protocol.ts';

/** From this size on, in bytes, a weight lies in the file beside the model, from where it is mapped into memory. */
const mappedSize = 1024;

/**
 * Saves a model as onnxruntime runs it on this CPU: the graph optimized, the weights in a file beside it (`into` with `.data`) that all sessions map into memory,
 * whichever process they are in. Files of another CPU or version must not be opened: save anew. Returns the form that it has: not every model can be had for inputs
 * without padding.
 */
export async function saveCompiled(
  file: string,
  into: string,
  options: WorkerSessionOptions,
  form: CompiledForm,
): Promise<CompiledForm> {
  const { device, ...rest } = options;
  const { extra, ...base } = sessionOptions(device, rest);
  const bytes = form.unpadded ? await withoutPadding(file) : undefined;
  const session = await createSession(bytes ?? file, {
    ...base,
    optimizedModelFilePath: into,
    extra: {
      ...extra,
      session: {
        ...(extra?.session as object),
        optimized_model_external_initializers_file_name: `${basename(into)}.data`,
        optimized_model_external_initializers_min_size_in_bytes: `${mappedSize}`,
        save_external_prepacked_constant_initializers: form.prepacked ? '1' : '0',
      },
    },
  });
  await session.release();
  return { ...form, unpadded: bytes !== undefined };
}

/** The model's bytes for inputs without padding; undefined where that makes no difference, or the file holds what we do not read (onnxruntime may). */
async function withoutPadding(file: string): Promise<Uint8Array | undefined> {
  try {
    const model = unpadded(readModel(await readFile(file), file));
    return model && writeModel(model);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
