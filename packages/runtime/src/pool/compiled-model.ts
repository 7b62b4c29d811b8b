import { basename } from 'node:path';
import { createSession, sessionOptions } from '../onnxruntime.ts';
import type { WorkerSessionOptions } from './protocol.ts';

/** From this size on, in bytes, a weight lies in the file beside the model, from where it is mapped into memory. */
const mappedSize = 1024;

/**
 * Saves a model as onnxruntime runs it on this CPU: the graph optimized, the weights (`prepacked`: in the order in which its kernels read them) in a file beside it
 * (`into` with `.data`) that all sessions map into memory, whichever process they are in. Files of another CPU or version must not be opened: save anew.
 */
export async function saveCompiled(
  file: string,
  into: string,
  options: WorkerSessionOptions,
  prepacked: boolean,
): Promise<void> {
  const { device, ...rest } = options;
  const { extra, ...base } = sessionOptions(device, rest);
  const session = await createSession(file, {
    ...base,
    optimizedModelFilePath: into,
    extra: {
      ...extra,
      session: {
        ...(extra?.session as object),
        optimized_model_external_initializers_file_name: `${basename(into)}.data`,
        optimized_model_external_initializers_min_size_in_bytes: `${mappedSize}`,
        save_external_prepacked_constant_initializers: prepacked ? '1' : '0',
      },
    },
  });
  await session.release();
}
