import { type Executor, onnxruntimeCpu } from '@retort/runtime';
import { type DecisionRule, decide, type ModelSettings, meanLogits, softmax } from '@retort/shared';
import type { ModelConfig } from './config.ts';
import { loadModel } from './load.ts';
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

/** Loads a model folder; a UserError if it is no text classifier that this server can run. */
export async function openClassifier(located: LocatedModel, executor: Executor = onnxruntimeCpu): Promise<Classifier> {
  const model = await loadModel(located, executor);
  const queue = createQueue();
  return {
    ...model,
    async classify(text, signal) {
      const { windows, tokens, truncated } = await queue(async () => model.read(text, model.longTexts));
      const logits: Float32Array[] = [];
      // One window a run: in a padded batch an int8 model's answer would depend on the texts beside it.
      for (const ids of windows) {
        if (signal?.aborted) throw new Error('the caller has given up', { cause: signal.reason });
        logits.push(await queue(() => model.infer(ids)));
      }
      return { ...answer(meanLogits(logits), model.labels, model.rule), tokens, windows: windows.length, truncated };
    },
    close: () => queue(() => model.close()),
  };
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
