import { UserError } from '@retort/shared';
import { executorFor } from '../devices.ts';
import type { Executor, Session } from '../executor.ts';
import { isQuantized, spoilsInt8 } from '../openvino/int8-products.ts';
import { saveCompiled } from './compiled-model.ts';
import type { Answer, Question, WorkerSessionOptions } from './protocol.ts';
import { withRoundedLengths } from './rounded-lengths.ts';
import { writeUnpadded } from './unpadded-file.ts';
import { serveMessages } from './worker-port.ts';

const sessions = new Map<string, Session>();

async function open(file: string, { device, longest, ...options }: WorkerSessionOptions): Promise<Session> {
  const executor = executorFor(device);
  const session = await executor.open(file, options);
  if (longest === undefined || !(await roundsLengths(executor, file))) return session;
  return withRoundedLengths(session, longest);
}

/** OpenVINO is faster by it in bf16, and in int8 takes a fifth of the memory, for it keeps what it has prepared for a length. In fp32 it is a quarter less, for the time of the padding. */
async function roundsLengths({ name, precision }: Executor, file: string): Promise<boolean> {
  return name === 'openvino' && (precision === 'bf16' || (!spoilsInt8() && (await isQuantized(file))));
}

async function answer(question: Question): Promise<Answer> {
  const { id } = question;
  switch (question.ask) {
    case 'open': {
      const session = sessions.get(question.key) ?? (await open(question.file, question.options));
      sessions.set(question.key, session);
      return { id, names: { inputNames: session.inputNames, outputNames: session.outputNames } };
    }
    case 'close': {
      await sessions.get(question.key)?.close();
      sessions.delete(question.key);
      return { id, done: true };
    }
    case 'prepare':
      await saveCompiled(question.file, question.into, question.options, question.prepacked);
      return { id, done: true };
    case 'unpad':
      return { id, written: await writeUnpadded(question.file, question.into) };
    case 'run': {
      const session = sessions.get(question.key);
      if (session === undefined) throw new Error(`no model "${question.key}" is open here`);
      const started = performance.now();
      const tensors = await session.run(question.tensors, { outputs: question.outputs });
      return { id, tensors, ms: performance.now() - started };
    }
  }
}

serveMessages(async (question: Question, post) => {
  try {
    post(await answer(question));
  } catch (error) {
    const { message } = error as Error;
    post({ id: question.id, error: message, remedy: error instanceof UserError ? error.remedy : undefined });
  }
});
