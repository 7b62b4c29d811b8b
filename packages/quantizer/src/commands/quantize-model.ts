import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { onnxruntimeCpu } from '@retort/runtime';
import { type Command, type QuantizationConfig, quantizationSchema, UserError } from '@retort/shared';
import { copyCompanions } from '../gate/model-folder.ts';
import { type QuantizedModel, quantizeModel } from '../gate/quantize-model.ts';
import { writeModelFiles } from '../stages/quantize.ts';
import { readNamedModel, withClassifier } from './classifier.ts';
import { fileOptions, gateOptions, type OptionValues, parseGateOptions, required, textOptions } from './options.ts';

const { shape } = quantizationSchema;
const defaults = quantizationSchema.parse({});

/** The command `quantize-model`: any fp32 ONNX classifier through the gate, into a new model folder. */
export const quantizeModelCommand: Command = {
  help:
    "Quantizes an fp32 ONNX classifier of BERT's inputs, wherever it is from, and takes it through the gate: writes a model folder with\n" +
    'onnx/model_quantized.onnx, gate.md and gate.json, or fails with a table of what it tried.',
  options: {
    ...fileOptions({ model: 'the fp32 ONNX file' }),
    output: { type: 'string', value: 'FOLDER', help: 'folder to make; it must not exist yet' },
    ...textOptions,
    recipe: { type: 'string', value: 'NAME', help: shape.recipe.description ?? '', default: defaults.recipe },
    embeddings: {
      type: 'string',
      value: 'TYPE',
      help: 'how embedding tables are stored: int8, int4 or fp32',
      default: defaults.embeddings,
    },
    'full-range': {
      type: 'boolean',
      help: '8-bit weights, not 7-bit ones: on CPUs without VNNI other programs get other answers, and Retort takes slower kernels',
    },
    twin: {
      type: 'boolean',
      help: 'with --full-range, makes onnx/model_quantized_reduced.onnx too, with 7-bit weights',
    },
    portable: { type: 'boolean', help: shape.portable.description ?? '' },
    'calibration-texts': {
      type: 'string',
      value: 'N',
      help: 'texts for static-int8 and fixed-int8',
      default: String(defaults.calibrationTexts),
    },
    ...gateOptions,
  },
  run: runQuantizeModel,
};

async function runQuantizeModel(values: OptionValues): Promise<void> {
  const output = resolve(required(values, 'output', 'the folder to make'));
  if (existsSync(output)) {
    throw new UserError('the folder is there already', {
      place: { file: relative(process.cwd(), output), field: '--output' },
      remedy: 'name a new folder, or remove this one first',
    });
  }
  const config = parseQuantization(values);
  const { path, file, model } = await readNamedModel(values, 'model', 'the fp32 ONNX file');
  await withClassifier(values, path, 'quantize-model', async (classifier, progress) => {
    const quantized = await quantizeModel({
      ...classifier,
      ...{ name: basename(output), model, file, config, progress },
      executor: onnxruntimeCpu,
      threads: availableParallelism(),
    });
    await writeFolder(output, classifier.folder, quantized);
    progress.line(`written to ${relative(process.cwd(), output)}`);
  });
}

/** The whole folder or nothing: it is made beside its place and renamed. */
async function writeFolder(output: string, companionsFrom: string, quantized: QuantizedModel): Promise<void> {
  await mkdir(dirname(output), { recursive: true });
  const temporary = await mkdtemp(join(dirname(output), `.${basename(output)}.`));
  try {
    await copyCompanions(companionsFrom, temporary);
    await writeModelFiles(quantized, async (file) => {
      const path = join(temporary, file);
      await mkdir(dirname(path), { recursive: true });
      return path;
    });
    await rename(temporary, output);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Option -> key of `quantization` in experiment.json. */
function parseQuantization(values: OptionValues): QuantizationConfig {
  const result = quantizationSchema.safeParse({
    recipe: values.recipe,
    embeddings: values.embeddings,
    reduceRange: values['full-range'] !== true,
    twin: values.twin ?? false,
    portable: values.portable ?? false,
    calibrationTexts: Number(values['calibration-texts']),
  });
  if (result.success) return { ...result.data, gate: parseGateOptions(values) };
  const [issue] = result.error.issues;
  const field = { calibrationTexts: 'calibration-texts' }[String(issue.path[0])] ?? String(issue.path[0]);
  throw new UserError(issue.message, {
    place: { field: `--${field}` },
    remedy: 'see quantizer quantize-model --help',
    cause: result.error,
  });
}
