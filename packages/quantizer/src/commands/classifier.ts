import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { checkModel, type Model, readModel } from '@retort/onnx';
import {
  createProgress,
  decisionRule,
  type ModelSettings,
  type Progress,
  parseDelimiter,
  readCsv,
  readModelSettings,
  readSource,
  UserError,
} from '@retort/shared';
import { longestInput } from '../gate/model-folder.ts';
import { type GateTexts, readGateTexts } from '../gate/texts.ts';
import { readModelConfig } from '../report/model-folder.ts';
import { lengthOption, type OptionValues, required } from './options.ts';

/** Longer texts mean a missing quote in the CSV file. */
const maxTextLength = 1_000_000;

/** A classifier named by its path, and the texts to try it on. */
export interface NamedClassifier {
  /** Of the tokenizer, the labels and the settings. */
  readonly folder: string;
  readonly settings: ModelSettings;
  readonly texts: GateTexts;
  readonly textsName: string;
  readonly textsSha256: string;
}

/** An ONNX file that an option names. */
export interface NamedModel {
  readonly path: string;
  /** How errors call it: relative to the working directory. */
  readonly file: string;
  readonly model: Model;
}

/** Reads the ONNX file that an option names; a UserError if it is none. `what` says in errors what the option wants. */
export async function readNamedModel(values: OptionValues, option: string, what: string): Promise<NamedModel> {
  const path = resolve(required(values, option, what));
  const file = relative(process.cwd(), path);
  if (!existsSync(path)) {
    throw new UserError('there is no such file', {
      place: { file, field: `--${option}` },
      remedy: 'name an ONNX file',
    });
  }
  const model = readModel(await readFile(path), file);
  checkModel(model);
  return { path, file, model };
}

/** Reads what goes with the model at `path`, and hands it over with a live line, which is taken away whatever happens. */
export async function withClassifier<T>(
  values: OptionValues,
  path: string,
  title: string,
  use: (classifier: NamedClassifier, progress: Progress) => Promise<T>,
): Promise<T> {
  const classifier = readClassifier(values, path);
  const progress = createProgress({ title });
  try {
    return await use(classifier, progress);
  } finally {
    progress.done();
  }
}

/** The tokenizer, settings and labels of the folder, and the texts of the CSV file as its model reads them. */
function readClassifier(values: OptionValues, modelPath: string): NamedClassifier {
  const folder = findFolder(values, modelPath);
  const maxTokens = lengthOption(values, 'max-tokens') ?? longestInput(folder);
  const settings = readModelSettings(folder, maxTokens);
  const labelNames = findLabels(values, folder);
  const path = resolve(required(values, 'data', 'a CSV file of labelled texts'));
  const file = relative(process.cwd(), path);
  const delimiter = parseDelimiter(values.delimiter);
  const { sha256, ...csv } = readCsv(path, file, { delimiter, namedBy: 'options' });
  const byNumber = Object.fromEntries(labelNames.map((name, i) => [String(i), name]));
  const byName = Object.fromEntries(labelNames.map((name) => [name, name]));
  const { examples } = readSource(csv, {
    file,
    index: 0,
    config: {
      ...{ path: file, text: String(values.text), label: String(values.label), delimiter },
      labels: { ...byNumber, ...byName },
    },
    labelNames,
    maxTextLength,
    namedBy: 'options',
  });
  if (examples.length === 0) {
    throw new UserError('the file has no row with a text and a label', {
      place: { file },
      remedy: 'name its columns by --text and --label',
    });
  }
  const labelled = { texts: examples.map(({ text }) => text), labels: Int32Array.from(examples, ({ label }) => label) };
  return {
    folder,
    settings,
    texts: readGateTexts(folder, settings, labelled, {
      labelCount: labelNames.length,
      rule: decisionRule(settings, labelNames, folder),
    }),
    textsName: basename(file),
    textsSha256: sha256,
  };
}

/** The folder that is named, or that of the model: in the layout of Hugging Face the ONNX file lies in `onnx/` of it. */
function findFolder(values: OptionValues, modelPath: string): string {
  if (typeof values.tokenizer === 'string') return resolve(values.tokenizer);
  const folder = dirname(resolve(modelPath));
  return basename(folder) === 'onnx' ? dirname(folder) : folder;
}

function findLabels(values: OptionValues, folder: string): readonly string[] {
  if (typeof values.labels !== 'string') {
    const config = join(folder, 'config.json');
    if (existsSync(config)) return readModelConfig(config).labels;
    throw new UserError('nothing names the labels', {
      place: { file: relative(process.cwd(), config), field: '--labels' },
      remedy: 'give --labels, as in --labels human,ai: in the order of the logits',
    });
  }
  const labels = values.labels.split(',').map((label) => label.trim());
  if (labels.length >= 2 && labels.every((label) => label !== '') && new Set(labels).size === labels.length)
    return labels;
  throw new UserError(`"${values.labels}" does not name two or more different labels`, {
    place: { field: '--labels' },
    remedy: 'separate them by commas, as in --labels human,ai',
  });
}
