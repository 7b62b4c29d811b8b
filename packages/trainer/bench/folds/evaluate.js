// How well a model folder does on a split of a prepared dataset, by its own settings for long texts.
import { join } from 'node:path';
import { onnxruntimeCpu } from '@retort/runtime';
import { evaluate, loadTokenizer, readModelSettings, readSplit, readText } from '@retort/shared';

/** Mean logits of each text's windows, as the model's folder says that it reads, and what they are worth: argmax decides. */
export async function evaluateFolder(folder, dataset, maxTokens, name = 'test') {
  const { longTexts, hygiene, maxTokens: longest } = readModelSettings(folder, maxTokens);
  const split = await readSplit(dataset, name);
  const tokenizer = loadTokenizer(folder);
  const session = await onnxruntimeCpu.open(join(folder, 'onnx/model.onnx'));
  const labels = split.labelNames.length;
  const logits = new Float32Array(split.texts.length * labels);
  for (const [i, text] of split.texts.entries()) {
    const { windows } = readText(tokenizer, text, { longTexts, maxTokens: longest, hygiene });
    for (const ids of windows) {
      const { logits: row } = await session.run(feeds(session, ids), { outputs: ['logits'] });
      for (let c = 0; c < labels; c++) logits[i * labels + c] += row.data[c] / windows.length;
    }
  }
  await session.close();
  return { logits, ...scores(logits, split.labels, labels) };
}

/** The parts of an evaluation that a table needs. */
export function scores(logits, labels, labelCount) {
  const { n, accuracy, accuracyInterval, auroc, loss, correct } = evaluate(logits, labels, labelCount);
  return { n, accuracy, accuracyInterval, auroc, loss, correct: [...correct] };
}

function feeds(session, ids) {
  const row = (data) => ({ type: 'int64', shape: [1, ids.length], data });
  const all = {
    input_ids: row(BigInt64Array.from(ids, BigInt)),
    attention_mask: row(new BigInt64Array(ids.length).fill(1n)),
    token_type_ids: row(new BigInt64Array(ids.length)),
  };
  return Object.fromEntries(session.inputNames.map((name) => [name, all[name]]));
}
