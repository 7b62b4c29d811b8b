import { type Model, writeModel } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { decide, plainRule, Random } from '@retort/shared';
import type { Subject } from '../gate/candidate.ts';
import type { GateTexts } from '../gate/texts.ts';
import { recipes } from '../quantize/recipes.ts';
import { scoreTexts } from '../report/score.ts';
import { tinyConfig } from './bert-like.ts';

/** A `bertLike` model and random texts of which the label is what the model says: it has all of them right. */
export async function makeSubject(model: Model, count = 40): Promise<Subject> {
  const random = new Random(7, 'gate subject');
  const windows = Array.from({ length: count }, () => {
    const length = 6 + random.integer(tinyConfig.maxPositions - 6);
    const ids = Int32Array.from({ length }, () => 5 + random.integer(tinyConfig.vocabularySize - 5));
    ids[0] = 2;
    ids[length - 1] = 3;
    return [ids];
  });
  const session = await onnxruntimeCpu.open(writeModel(model), { threads: 1 });
  const logits = await scoreTexts(session, windows, tinyConfig.labels, { file: 'model.onnx' });
  await session.close();
  const texts: GateTexts = {
    windows,
    labels: decide(logits, tinyConfig.labels, plainRule),
    labelCount: tinyConfig.labels,
    rule: plainRule,
    padId: 0,
    unkId: 1,
    vocabularySize: tinyConfig.vocabularySize,
  };
  return {
    name: 'tiny',
    file: 'model.onnx',
    model,
    recipe: recipes['dynamic-int8'],
    options: { embeddings: 'int8', reduceRange: false },
    texts,
    executor: onnxruntimeCpu,
    threads: 1,
    onProgress() {},
  };
}
