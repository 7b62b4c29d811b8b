import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { onnxruntimeCpu } from '@retort/runtime';
import { bertVocabulary, createTokenizer, loadTokenizer } from '@retort/shared';
import { goldenJson, relativeError } from '../testing/golden.ts';
import { wideModels } from '../testing/wide-model.ts';
import { type Model, readModelFolder, writeModelFolder } from './model-folder.ts';

interface Golden {
  texts: string[];
  teacher: number[][];
  student: number[][];
}

const golden = goldenJson('written-folders/logits.json') as Golden;
let root = '';
const models = wideModels();

/** Set to keep the folders, for `golden/written-folders.py`. */
const kept = process.env.RETORT_WRITTEN_FOLDERS;

beforeAll(async () => {
  root = kept ?? mkdtempSync(join(tmpdir(), 'retort-'));
  const tokenizer = createTokenizer(bertVocabulary());
  for (const [name, model] of Object.entries(models)) {
    const path = async (file: string) => {
      mkdirSync(dirname(join(root, name, file)), { recursive: true });
      return join(root, name, file);
    };
    await writeModelFolder({ path }, model, tokenizer, {
      dropout: 0.1,
      settings: { longTexts: 'head', maxTokens: 64 },
    });
  }
});
afterAll(() => {
  if (kept === undefined) rmSync(root, { recursive: true });
});

/** Logits of `onnx/model.onnx` for each text alone. */
async function onnxLogits(name: 'teacher' | 'student'): Promise<number[]> {
  const tokenizer = loadTokenizer(join(root, name));
  const session = await onnxruntimeCpu.open(join(root, name, 'onnx/model.onnx'), { threads: 1 });
  const all: number[] = [];
  for (const text of golden.texts) {
    const ids = BigInt64Array.from(tokenizer.encode(text, 64).ids, BigInt);
    const filled = (value: bigint) => ({ type: 'int64', shape: [1, ids.length], data: ids.map(() => value) }) as const;
    const inputs = {
      input_ids: { type: 'int64', shape: [1, ids.length], data: ids } as const,
      attention_mask: filled(1n),
      ...(name === 'teacher' ? { token_type_ids: filled(0n) } : {}),
    };
    const { logits } = await session.run(inputs);
    all.push(...Array.from(logits.data, Number));
  }
  await session.close();
  return all;
}

describe('a model folder that we write', () => {
  it.each(['teacher', 'student'] as const)('gives the logits that transformers gave for it: %s', async (name) => {
    const expected = golden[name].flat();
    const actual = await onnxLogits(name);
    expect(actual).toHaveLength(expected.length);
    expect(Math.max(...actual.map((logit, i) => Math.abs(logit - expected[i])))).toBeLessThan(1e-4);
  });

  it.each(['teacher', 'student'] as const)('is read back as it was: %s', (name) => {
    const { config, parameters }: Model = readModelFolder(join(root, name));
    expect(config).toEqual(models[name].config);
    expect(parameters.size).toBe(models[name].parameters.size);
    for (const [key, { data }] of models[name].parameters)
      expect(relativeError(parameters.get(key)?.data ?? [], data)).toBe(0);
  });

  it('is refused when config.json and weights do not fit, by the name of the tensor', () => {
    const path = join(root, 'teacher', 'config.json');
    const config = readFileSync(path, 'utf8');
    writeFileSync(path, config.replace('"intermediate_size": 32', '"intermediate_size": 48'));
    expect(() => readModelFolder(join(root, 'teacher'))).toThrow(
      'tensor "bert.encoder.layer.0.intermediate.dense.weight" has shape [32,16], config.json asks for [48,16]',
    );
    writeFileSync(path, config);
  });
});
