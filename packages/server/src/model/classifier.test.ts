import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type ModelSettings, sha256File } from '@retort/shared';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { windowSettings, writeTinyModel } from '../../test/tiny-model.ts';
import { type Classifier, openClassifier } from './classifier.ts';

const folder = temporaryFolder();
const onnxFile = 'onnx/model_quantized.onnx';
const open = () => openClassifier({ id: 'tiny', folder: folder(), onnxFile });

async function withModel<T>(use: (model: Classifier) => Promise<T>, settings?: ModelSettings): Promise<T> {
  writeTinyModel(folder(), { settings });
  const model = await open();
  try {
    return await use(model);
  } finally {
    await model.close();
  }
}

/** The second of two probabilities whose logits differ by `difference`. */
const sigmoid = (difference: number) => 1 / (1 + Math.exp(-difference));

describe('openClassifier', () => {
  it('tells what it has loaded', async () => {
    const { id, labels, maxTokens, architecture, sha256 } = await withModel(async (model) => model);
    expect({ id, labels, maxTokens, architecture }).toEqual({
      id: 'tiny',
      labels: ['human', 'ai'],
      maxTokens: 8,
      architecture: 'DistilBertForSequenceClassification',
    });
    expect(sha256).toBe(await sha256File(join(folder(), onnxFile)));
  });

  it('turns logits into probabilities', async () => {
    const { label, scores } = await withModel((model) => model.classify('the delve, well; DELVE'));
    expect(label).toBe('ai');
    expect(scores.ai).toBeCloseTo(sigmoid(4 - 1.5), 6);
    expect(scores.human + scores.ai).toBeCloseTo(1, 6);
  });

  it('counts the tokens that the model read', async () => {
    const { tokens, truncated } = await withModel((model) => model.classify('the well'));
    expect({ tokens, truncated }).toEqual({ tokens: 4, truncated: false });
  });

  it('reads the beginning of a long text and says so', async () => {
    const [exact, long] = await withModel((model) =>
      Promise.all([model.classify('the '.repeat(6)), model.classify(`${'the '.repeat(6)} delve`)]),
    );
    expect(exact).toMatchObject({ tokens: 8, truncated: false });
    expect(long).toMatchObject({ tokens: 8, truncated: true, scores: exact.scores });
  });

  it('answers many callers at once, each for its own text', async () => {
    const texts = ['well', 'delve', 'delve well', 'the'];
    const [alone, together] = await withModel(async (model) => {
      const one: unknown[] = [];
      for (const text of texts) one.push(await model.classify(text));
      return [one, await Promise.all(texts.map((text) => model.classify(text)))];
    });
    expect(together).toEqual(alone);
  });

  it('refuses a file that is no model', async () => {
    writeTinyModel(folder());
    writeFileSync(join(folder(), onnxFile), 'not a model');
    await expect(open()).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining('cannot be') });
  });

  it('refuses a model without logits', async () => {
    writeTinyModel(folder(), { output: 'hidden_state' });
    await expect(open()).rejects.toThrow('it has no output "logits"');
  });

  it('refuses a model with another number of logits than labels', async () => {
    writeTinyModel(folder());
    const config = { id2label: { 0: 'a', 1: 'b', 2: 'c' }, max_position_embeddings: 512 };
    writeFileSync(join(folder(), 'config.json'), JSON.stringify(config));
    await expect(open()).rejects.toThrow('the logits are float32 [1, 2], not float32 [1, 3]');
  });

  it('refuses a threshold for a label that the model does not have', async () => {
    const calibration = { temperature: 1, fittedOn: { split: 'validation', n: 9, sha256: 'ab'.repeat(32) } };
    const threshold = { label: 'machine', value: 0.5 };
    writeTinyModel(folder(), {
      settings: { longTexts: 'head', maxTokens: 8, calibration: { ...calibration, threshold } },
    });
    await expect(open()).rejects.toMatchObject({
      name: 'UserError',
      place: { file: expect.stringContaining('retort.json'), field: 'calibration.threshold' },
    });
  });
});

describe('a model whose folder has a retort.json', () => {
  const { calibration } = windowSettings;
  const text = 'the the the delve well well';

  it('reads all windows of a long text, and decides by their mean logit, temperature and threshold', async () => {
    const { scores, ...rest } = await withModel((model) => model.classify(text), windowSettings);
    // the the the: 0.75 and 0.75; delve well well: 3 and 2.
    expect(scores.ai).toBeCloseTo(sigmoid((1.375 - 1.875) / 2), 6);
    expect(rest).toEqual({ label: 'ai', tokens: 8, windows: 2, truncated: false });
  });

  it('gives the other label below the threshold', async () => {
    const { label } = await withModel((model) => model.classify(`${text} well well well`), windowSettings);
    expect(label).toBe('human');
  });

  it('reads head and tail where the folder says so', async () => {
    const settings = { ...windowSettings, longTexts: 'head_tail', maxTokens: 6, calibration } as const;
    const result = await withModel((model) => model.classify('delve the the well well well'), settings);
    expect(result).toMatchObject({ tokens: 6, windows: 1, truncated: true });
    expect(result.scores.ai).toBeCloseTo(sigmoid((2 - 4.5) / 2), 6);
  });

  it('lets a short text pass between the windows of a long one', async () => {
    const order = await withModel(async (model) => {
      const done: string[] = [];
      const classify = (name: string, text: string) => model.classify(text).then(() => void done.push(name));
      await Promise.all([classify('long', 'the '.repeat(300)), classify('short', 'well')]);
      return done;
    }, windowSettings);
    expect(order).toEqual(['short', 'long']);
  });

  it('closes without waiting for the windows that a text still has', async () => {
    const call = await withModel(
      async (model) => ({ end: model.classify('the '.repeat(3000)).catch(String) }),
      windowSettings,
    );
    expect(await call.end).toContain('the model failed on 5 tokens');
  });
});
