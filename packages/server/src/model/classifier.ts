import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Executor, onnxruntimeCpu, type Session, type Tensors } from '@retort/runtime';
import {
  type DecisionRule,
  decide,
  decisionRule,
  loadTokenizer,
  type ModelSettings,
  meanLogits,
  readModelSettings,
  readText,
  sha256File,
  softmax,
  UserError,
} from '@retort/shared';
import { type ModelConfig, readModelConfig } from './config.ts';
import type { LocatedModel } from './locate.ts';
import { createQueue } from './queue.ts';

export interface Classification {
  /** The answer: the label with the highest score, or what the model's threshold says. */
  readonly label: string;
  /** Probability of each label, at the model's temperature; they add up to 1. */
  readonly scores: Readonly<Record<string, number>>;
  /** Tokens of the text that the model read, `[CLS]` and `[SEP]` included. */
  readonly tokens: number;
  /** In how many windows it read them. */
  readonly windows: number;
  /** Whether a part of the text was not read. */
  readonly truncated: boolean;
}

/** A model that is loaded and has answered once. */
export interface Classifier extends ModelConfig, ModelSettings {
  readonly id: string;
  readonly run: LocatedModel['run'];
  /** The ONNX file, relative to the model folder. */
  readonly onnxFile: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  /**
   * Reads a text as the model's settings say. Windows wait for each other, those of several calls in turn. Once
   * `signal` is aborted, it throws before the next window.
   */
  classify(text: string, signal?: AbortSignal): Promise<Classification>;
  /** Frees the model after the windows that wait now; a call that has more to read fails. */
  close(): Promise<void>;
}

const knownInputs = ['input_ids', 'attention_mask', 'token_type_ids'];

/** Loads a model folder; a UserError if it is no text classifier that this server can run. */
export async function openClassifier(model: LocatedModel, executor: Executor = onnxruntimeCpu): Promise<Classifier> {
  const path = join(model.folder, model.onnxFile);
  const config = readModelConfig(model.folder);
  const settings = readModelSettings(model.folder, config.maxTokens);
  const rule = decisionRule(settings, config.labels, model.folder);
  const maxTokens = Math.min(config.maxTokens, settings.maxTokens);
  const tokenizer = loadTokenizer(model.folder);
  const session = await openSession(path, executor);
  const queue = createQueue();

  const classifier: Classifier = {
    ...config,
    ...settings,
    maxTokens,
    id: model.id,
    run: model.run,
    onnxFile: model.onnxFile,
    sha256: await sha256File(path),
    sizeBytes: statSync(path).size,
    async classify(text, signal) {
      const { windows, tokens, truncated } = await queue(async () =>
        readText(tokenizer, text, settings.longTexts, maxTokens),
      );
      const logits: Float32Array[] = [];
      // One window a run: in a padded batch an int8 model's answer would depend on the texts beside it.
      for (const ids of windows) {
        if (signal?.aborted) throw new Error('the caller has given up', { cause: signal.reason });
        logits.push(await queue(() => runOnce(session, ids, config.labels.length)));
      }
      return { ...answer(meanLogits(logits), config.labels, rule), tokens, windows: windows.length, truncated };
    },
    close: () => queue(() => session.close()),
  };
  try {
    await classifier.classify('Is it a classifier?');
  } catch (cause) {
    await classifier.close();
    throw unusable(path, `its first run failed: ${(cause as Error).message}`, cause);
  }
  return classifier;
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

function answer(
  logits: Float32Array,
  labels: readonly string[],
  rule: DecisionRule,
): Pick<Classification, 'label' | 'scores'> {
  const scores = softmax(logits, labels.length, rule.temperature);
  const [best] = decide(logits, labels.length, rule);
  return { label: labels[best], scores: Object.fromEntries(labels.map((label, i) => [label, scores[i]])) };
}

function unusable(path: string, why: string, cause?: unknown): UserError {
  return new UserError(`the model cannot be served: ${why}`, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'name the folder of a BERT or DistilBERT text classifier, exported to ONNX',
    cause,
  });
}
