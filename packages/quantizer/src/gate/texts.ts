import { type DecisionRule, loadTokenizer, type ModelSettings, Random, readText } from '@retort/shared';

/** Texts whose label is known, as one model reads them, and how it decides. */
export interface GateTexts {
  /** The inputs of each text, ids from `[CLS]` to `[SEP]`; a text's logits are the mean over its inputs. */
  readonly windows: readonly (readonly Int32Array[])[];
  /** Label numbers, one a text. */
  readonly labels: Int32Array;
  readonly labelCount: number;
  readonly rule: DecisionRule;
  /** What fills the shorter texts of a batch. */
  readonly padId: number;
  readonly unkId: number;
  readonly vocabularySize: number;
}

/** Reads texts as the settings of a model folder say. */
export function readGateTexts(
  folder: string,
  settings: ModelSettings,
  { texts, labels }: { readonly texts: readonly string[]; readonly labels: Int32Array },
  { labelCount, rule }: Pick<GateTexts, 'labelCount' | 'rule'>,
): GateTexts {
  const tokenizer = loadTokenizer(folder);
  const { longTexts, maxTokens, hygiene } = settings;
  return {
    windows: texts.map((text) => readText(tokenizer, text, { longTexts, maxTokens, hygiene }).windows),
    labels,
    labelCount,
    rule,
    padId: tokenizer.padId,
    unkId: tokenizer.unkId,
    vocabularySize: tokenizer.vocabulary.length,
  };
}

/** At most `count` texts drawn at random by `stream`, the inputs of each. */
export function drawTexts(
  { windows }: Pick<GateTexts, 'windows'>,
  count: number,
  stream: string,
): (readonly Int32Array[])[] {
  return new Random(1, stream).shuffle([...windows]).slice(0, count);
}

/**
 * The inputs that ranges are found on, of `count` texts, but of no more than half of those that the gate judges by: were all of them seen, no value of theirs could lie beyond
 * its range, and the gate would be blind to what is clipped of others.
 */
export function calibrationInputs(texts: Pick<GateTexts, 'windows'>, count: number): Int32Array[] {
  return drawTexts(texts, Math.min(count, Math.ceil(texts.windows.length / 2)), 'calibration').flat();
}

/** One input each of at most `count` texts, texts and inputs drawn at random by `stream`. */
export function drawInputs(texts: Pick<GateTexts, 'windows'>, count: number, stream: string): Int32Array[] {
  const random = new Random(1, stream, 'inputs');
  return drawTexts(texts, count, stream).map((inputs) => inputs[random.integer(inputs.length)]);
}
