import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Model, readModel, writeModel } from '@retort/onnx';
import { findOpenVino } from '@retort/runtime';
import { createTokenizer, Random, readModelSettings, runProgram, tokenizerFiles } from '@retort/shared';
import { bertLike, tinyConfig } from '../testing/bert-like.ts';
import { withOutliers } from '../testing/sabotage.ts';
import { gateCommand } from './gate.ts';
import { quantizeModelCommand } from './quantize-model.ts';

const words = Array.from({ length: tinyConfig.vocabularySize - 5 }, (_, i) => `word${i}`);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
  writeFolder('sound', bertLike());
  writeFolder('sick', withOutliers(withOutliers(bertLike(), 0), 1));
  const random = new Random(3);
  const text = () =>
    Array.from({ length: 4 + random.integer(16) }, () => words[random.integer(words.length)]).join(' ');
  writeFileSync(
    join(folder, 'texts.csv'),
    `text,generated\n${Array.from({ length: 30 }, (_, i) => `${text()},${i % 2}\n`).join('')}`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => rmSync(join(folder, 'out'), { recursive: true, force: true }));

/** A folder as others make it: config.json, a tokenizer and onnx/model.onnx, without retort.json. */
function writeFolder(name: string, model: Model): void {
  const config = { id2label: { 0: 'human', 1: 'ai' }, max_position_embeddings: 24 };
  mkdirSync(join(folder, name, 'onnx'), { recursive: true });
  writeFileSync(join(folder, name, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, name, 'onnx/model.onnx'), writeModel(model));
  const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]);
  for (const [file, content] of Object.entries(tokenizerFiles(tokenizer, 24))) {
    writeFileSync(join(folder, name, file), content);
  }
}

/** What a command writes to stderr, and its exit code. */
async function run(command: string, ...args: string[]): Promise<{ errors: string; code: unknown }> {
  const io = {
    stdout: { write() {} },
    stderr: {
      text: '',
      write(part: string) {
        this.text += part;
      },
    },
    exitCode: undefined as number | undefined,
  };
  await runProgram('quantizer', { 'quantize-model': quantizeModelCommand, gate: gateCommand }, [command, ...args], io);
  return { errors: io.stderr.text, code: io.exitCode };
}

const path = (name: string) => join(folder, name);
const data = () => ['--data', path('texts.csv'), '--label', 'generated'];
const quantize = (name: string, ...more: string[]) =>
  run('quantize-model', '--model', path(`${name}/onnx/model.onnx`), '--output', path('out'), ...data(), ...more);

describe('quantize-model', () => {
  it('makes a whole model folder of any classifier', async () => {
    expect(await quantize('sound')).toEqual({ errors: '', code: undefined });
    const files = ['config.json', 'gate.json', 'gate.md', 'onnx', 'retort.json', 'special_tokens_map.json'];
    expect(readdirSync(path('out')).sort()).toEqual([...files, 'tokenizer.json', 'tokenizer_config.json', 'vocab.txt']);
  });

  it('says in retort.json and in the ONNX file what it found', async () => {
    await quantize('sound', '--recipe', 'dynamic-int8', '--company', '0.000001');
    const settings = readModelSettings(path('out'), 512);
    expect(settings).toMatchObject({
      maxTokens: 24,
      batch: 'alone',
      quantization: { recipe: 'dynamic-int8', reduceRange: true, kept: [], cpu: { saturationSafe: true } },
    });
    const { metadata } = readModel(readFileSync(path('out/onnx/model_quantized.onnx')), 'quantized');
    expect(metadata).toMatchObject({ 'retort.batch': 'alone', 'retort.saturationSafe': 'true' });
    expect(metadata['retort.company']).toContain(`largest ${settings.quantization?.company.largest.toFixed(6)}`);
  });

  it('makes the twin if it is asked for, which is safe on all processors', async () => {
    await quantize('sound', '--full-range', '--twin');
    const main = readModel(readFileSync(path('out/onnx/model_quantized.onnx')), 'quantized');
    expect(main.metadata['retort.saturationSafe']).toBe('false');
    expect(readModelSettings(path('out'), 512).quantization?.cpu.twin).toBe('onnx/model_quantized_reduced.onnx');
    const { metadata } = readModel(readFileSync(path('out/onnx/model_quantized_reduced.onnx')), 'twin');
    expect(metadata['retort.saturationSafe']).toBe('true');
  });

  it('makes the file of ONNX’s own operators if it is asked for', async () => {
    await quantize('sound', '--portable');
    const domains = (file: string) =>
      new Set(readModel(readFileSync(path(`out/onnx/${file}`)), file).graph.nodes.map(({ domain }) => domain));
    expect(domains('model_quantized.onnx')).toContain('com.microsoft');
    expect(domains('model_int8.onnx')).toEqual(new Set(['']));
  });

  it('takes the file of ONNX’s own operators through the gate as well', async () => {
    await quantize('sound', '--portable');
    const { metadata } = readModel(readFileSync(path('out/onnx/model_int8.onnx')), 'portable');
    expect(metadata['retort.gate']).toMatch(/^agreement [\d.]+, p [\d.]+, n 30$/);
  });

  it('makes one file that is the same in any company and on all processors, if nothing else is asked for', async () => {
    expect((await quantize('sound')).errors).toBe('');
    expect(readdirSync(path('out/onnx'))).toEqual(['model_quantized.onnx']);
    const { recipe, files } = JSON.parse(readFileSync(path('out/gate.json'), 'utf8'));
    expect([recipe, files[0].batch, files[0].saturationSafe]).toEqual(['fixed-int8', 'any', true]);
    expect(files[0].company.largest).toBeLessThan(1e-4);
  });

  it('fails with the table, and leaves nothing, if the model does not pass', async () => {
    const { errors, code } = await quantize('sick', '--most-kept', '1', '--mean-logit-change', '0.05');
    expect([code, errors]).toEqual([1, expect.stringContaining('at last: ')]);
    expect(readdirSync(folder).sort()).toEqual(['sick', 'sound', 'texts.csv']);
  });

  it('says which layers it kept, and what they cost', async () => {
    await quantize('sick', '--recipe', 'dynamic-int8', '--full-range', '--mean-logit-change', '0.05');
    const [{ kept, keptBytes }] = JSON.parse(readFileSync(path('out/gate.json'), 'utf8')).files;
    expect(kept.sort()).toEqual(['0.down.weight', '1.down.weight']);
    expect(keptBytes).toBeGreaterThan(11_000); // 2 x (3 x 64 x 32 - 4 x 32), less what longer names take
    expect(readFileSync(path('out/gate.md'), 'utf8')).toContain('**Kept in float32**');
  });

  it.each([
    ['no model', ['--data', 'x.csv', '--output', 'y'], '--model is missing'],
    ['a share above 1', ['--model', 'x', '--output', 'y', '--agreement', '2'], '--agreement'],
    ['an unknown recipe', ['--model', 'x', '--output', 'y', '--recipe', 'int2'], '--recipe'],
    ['a file that is not there', ['--model', 'x.onnx', '--output', 'y'], 'there is no such file'],
    ['a misspelt option', ['--modle', 'x'], 'did you mean "--model"?'],
  ])('refuses %s', async (_, args, message) => {
    const { errors, code } = await run('quantize-model', ...args);
    expect([code, errors]).toEqual([1, expect.stringContaining(message)]);
  });

  it('refuses a folder that is there already', async () => {
    mkdirSync(path('out'));
    expect((await quantize('sound')).errors).toContain('the folder is there already');
  });

  it('refuses labels that are not the model’s', async () => {
    const { errors } = await quantize('sound', '--labels', 'human');
    expect(errors).toContain('does not name two or more different labels');
  });
});

describe('gate', () => {
  const gate = (model: string, ...more: string[]) =>
    run('gate', '--model', path(model), '--parent', path('sick/onnx/model.onnx'), ...data(), ...more);

  it('lets a model through that is as its parent', async () => {
    expect(await gate('sick/onnx/model.onnx', '--json', path('out/gate.json'))).toEqual({
      errors: '',
      code: undefined,
    });
    expect(JSON.parse(readFileSync(path('out/gate.json'), 'utf8'))).toMatchObject({
      verdict: { n: 30, agreement: 1, largestLogitChange: 0 },
      batch: 'any',
      saturationSafe: true,
    });
  });

  it('fails by a model that is another', async () => {
    const { errors, code } = await gate('sound/onnx/model.onnx', '--largest-logit-change', '1e-9');
    // Quantized or not, its channel is as large as before: the logits differ by the roundings of float32.
    expect([code, errors]).toEqual([1, expect.stringContaining('the model does not pass: largest change of a logit')]);
    expect(existsSync(path('out'))).toBe(false);
  });

  it.each([
    [['--device', 'gpu'], 'there is no device "gpu"'],
    [['--precision', 'fp8'], 'there is no precision "fp8"'],
    [['--precision', 'bf16'], 'the device cpu does not compute in bf16'],
  ])('refuses %j', async (more, error) => {
    expect(await gate('sick/onnx/model.onnx', ...more)).toEqual({ errors: expect.stringContaining(error), code: 1 });
  });

  (findOpenVino() === undefined ? it.skip : it)('holds what OpenVINO gives to what onnxruntime gives', async () => {
    const on = ['--device', 'openvino', '--precision', 'fp32'];
    expect(await gate('sick/onnx/model.onnx', ...on, '--largest-logit-change', '1e-3')).toEqual({
      errors: '',
      code: undefined,
    });
    expect((await gate('sick/onnx/model.onnx', ...on, '--largest-logit-change', '1e-30')).code).toBe(1);
  });
});
