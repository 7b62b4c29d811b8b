import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Executor, onnxruntimeCpu, type Session, type Tensors } from '@retort/runtime';
import {
  type DecisionRule,
  decisionRule,
  type LongTextPolicy,
  loadTokenizer,
  type ModelSettings,
  type ReadText,
  readModelSettings,
  readText,
  sha256File,
  UserError,
} from '@retort/shared';
import { type ModelConfig, readModelConfig } from './config.ts';
import type { LocatedModel } from './locate.ts';

/** A model folder that is open: its tokenizer, and a session that has run once. */
export interface LoadedModel extends ModelConfig, ModelSettings, LocatedModel {
  readonly run: LocatedModel['run'];
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly rule: DecisionRule;
  /** The inputs that stand for a text. */
  read(text: string, policy: LongTextPolicy): ReadText;
  /** The logits of one input, as many as there are labels. Runs must not overlap. */
  infer(ids: Int32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

const knownInputs = ['input_ids', 'attention_mask', 'token_type_ids'];

/** Opens a model folder; a UserError if it is no text classifier that this server can run. */
export async function loadModel(model: LocatedModel, executor: Executor = onnxruntimeCpu): Promise<LoadedModel> {
  const path = join(model.folder, model.onnxFile);
  const config = readModelConfig(model.folder);
  const settings = readModelSettings(model.folder, config.maxTokens);
  const rule = decisionRule(settings, config.labels, model.folder);
  const maxTokens = Math.min(config.maxTokens, settings.maxTokens);
  const tokenizer = loadTokenizer(model.folder);
  const session = await openSession(path, executor);

  const loaded: LoadedModel = {
    ...config,
    ...settings,
    ...model,
    run: model.run,
    maxTokens,
    rule,
    sha256: await sha256File(path),
    sizeBytes: statSync(path).size,
    read: (text, policy) => readText(tokenizer, text, { ...settings, longTexts: policy, maxTokens }),
    infer: (ids) => runOnce(session, ids, config.labels.length),
    close: () => session.close(),
  };
  try {
    const { windows } = loaded.read('Is it a classifier?', settings.longTexts);
    await loaded.infer(windows[0]);
  } catch (cause) {
    await loaded.close();
    throw unusable(path, `its first run failed: ${(cause as Error).message}`, cause);
  }
  return loaded;
}

async function openSession(path: string, executor: Executor): Promise<Session> {
  let session: Session;
  try {
    session = await executor.open(path);
  } catch (cause) {
    throw unusable(path, (cause as Error).message, cause);
  }
  const strange = session.inputNames.find((name) => !knownInputs.includes(name));
  if (strange === undefined && session.outputNames.includes('logits')) return session;
  await session.close();
  throw unusable(path, strange === undefined ? 'it has no output "logits"' : `it has an input "${strange}"`);
}

/** The logits of one window, as many as there are labels. */
async function runOnce(session: Session, ids: Int32Array, labelCount: number): Promise<Float32Array> {
  const int64 = (data: BigInt64Array) => ({ type: 'int64' as const, shape: [1, ids.length], data }); // [batch, length]
  const all: Tensors = {
    input_ids: int64(BigInt64Array.from(ids, BigInt)),
    attention_mask: int64(new BigInt64Array(ids.length).fill(1n)),
    token_type_ids: int64(new BigInt64Array(ids.length)),
  };
  const inputs = Object.fromEntries(session.inputNames.map((name) => [name, all[name]]));
  const { logits } = await session.run(inputs, { outputs: ['logits'] }).catch((cause: Error) => {
    throw new Error(`the model failed on ${ids.length} tokens: ${cause.message}`, { cause });
  });
  if (!(logits.data instanceof Float32Array) || logits.data.length !== labelCount) {
    throw new Error(`the logits are ${logits.type} [${logits.shape.join(', ')}], not float32 [1, ${labelCount}]`);
  }
  if (!logits.data.every(Number.isFinite)) throw new Error('the logits are not finite');
  return logits.data;
}

function unusable(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`the model cannot be served: ${why}`, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'name the folder of a BERT or DistilBERT text classifier, exported to ONNX',
    cause,
  });
}
