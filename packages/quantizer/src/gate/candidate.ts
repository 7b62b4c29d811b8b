import { checkModel, type Model, writeModel } from '@retort/onnx';
import type { Executor, Session } from '@retort/runtime';
import type { QuantizeOptions } from '../quantize/options.ts';
import type { RecipeDescriptor } from '../quantize/recipes.ts';
import { checkInterface, scoreTexts } from '../report/score.ts';
import type { GateTexts } from './texts.ts';

/** An fp32 model that is to be quantized, and what it runs on. */
export interface Subject {
  /** How progress calls it. */
  readonly name: string;
  /** How errors call its file. */
  readonly file: string;
  readonly model: Model;
  readonly recipe: RecipeDescriptor;
  /** All but which layers are kept. */
  readonly options: Omit<QuantizeOptions, 'keep'>;
  readonly texts: GateTexts;
  readonly executor: Executor;
  readonly threads: number;
  /** Told what is done at the moment. */
  onProgress(status: string): void;
}

/** The subject, quantized but for the layers in `keep`. */
export function quantizeBut({ model, recipe, options }: Subject, keep: Iterable<string>): Model {
  const quantized = recipe.quantize(model, { ...options, keep: new Set(keep) });
  checkModel(quantized);
  return quantized;
}

/** Opens a model, hands its session over, and closes it whatever happens. */
export async function withSession<T>(
  { executor, threads, file }: Pick<Subject, 'executor' | 'threads' | 'file'>,
  bytes: Uint8Array,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await executor.open(bytes, { threads });
  try {
    checkInterface(session, file);
    return await use(session);
  } finally {
    await session.close();
  }
}

/** The logits of all texts, [texts, labels]. */
export function scoreModel(subject: Subject, bytes: Uint8Array, title: string): Promise<Float32Array> {
  const { texts, file, onProgress } = subject;
  const count = texts.windows.length;
  return withSession(subject, bytes, (session) =>
    scoreTexts(session, texts.windows, texts.labelCount, {
      file,
      onText: (done) => onProgress(`${title}  text ${done}/${count}`),
    }),
  );
}

/** The logits of single inputs, [inputs, labels]. */
export function scoreInputs(subject: Subject, model: Model, inputs: readonly Int32Array[]): Promise<Float32Array> {
  const { texts, file } = subject;
  const single = inputs.map((ids) => [ids]);
  return withSession(subject, writeModel(model), (session) => scoreTexts(session, single, texts.labelCount, { file }));
}
