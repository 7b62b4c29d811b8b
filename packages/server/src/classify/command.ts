import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { deviceNames, parsePrecision, precisions, precisionVariable } from '@retort/runtime';
import {
  type Command,
  createProgress,
  findWorkspace,
  formatDuration,
  type Progress,
  parseDelimiter,
  UserError,
  writeFileAtomic,
} from '@retort/shared';
import type { Answer } from '../api/answer.ts';
import { openService, type Service, type Variant } from '../inference/index.ts';
import { locateModel } from '../model/locate.ts';
import { count, oneOf } from '../option-values.ts';
import { untilSignal } from '../until-signal.ts';
import { classifyTexts } from './classify-texts.ts';
import { answerColumns, formatAnswers, readTextsFile, refuseTaken } from './labelled-csv.ts';

type Values = Parameters<Command['run']>[0];

/** `server classify`: a CSV file of texts in, the same with labels out. */
export const classifyCommand: Command = {
  help: 'Labels the texts of a CSV file by a model, as the server would, and writes the file with the answers as further columns.',
  options: {
    input: { type: 'string', value: 'FILE', help: 'the CSV file' },
    output: { type: 'string', value: 'FILE', help: 'where the file with the answers goes' },
    text: { type: 'string', value: 'COLUMN', help: 'the column of the texts', default: 'text' },
    delimiter: { type: 'string', value: 'CHARACTER', help: 'what separates the fields, in both files', default: ',' },
    scores: { type: 'boolean', help: "also writes each label's score" },
    experiment: { type: 'string', value: 'NAME', help: 'whose quantized student answers', default: 'sample' },
    model: { type: 'string', value: 'FOLDER', help: 'another model folder' },
    workers: { type: 'string', value: 'N', help: 'processes that run the model; default: one a core' },
    device: { type: 'string', value: 'NAME', help: `where they run: ${deviceNames.join(', ')}`, default: 'cpu' },
    precision: {
      type: 'string',
      value: 'NAME',
      help: `what the device openvino computes in: ${precisions.join(', ')}`,
    },
  },
  run: classify,
};

async function classify(values: Values): Promise<void> {
  const [input, output] = [named(values, 'input', 'a CSV file'), named(values, 'output', 'a file to write')];
  const delimiter = parseDelimiter(values.delimiter);
  const workers = count('--workers', text(values.workers), 1024);
  const device = oneOf('--device', text(values.device) ?? 'cpu', deviceNames);
  // Workers inherit the environment.
  if (values.precision !== undefined) process.env[precisionVariable] = parsePrecision(values.precision);
  if (input.path === output.path) {
    throw new UserError('the answers would take the place of the texts', {
      place: { field: '--output' },
      remedy: 'name another file',
    });
  }
  // Before the model is opened, which takes longer.
  const file = readTextsFile(input.path, input.name, { column: String(values.text), delimiter });
  refuseTaken(file, answerColumns(undefined), input.name);
  const model = await locateModel({
    workspace: workspaceFor(values.model),
    experiment: text(values.experiment) ?? 'sample',
    model: text(values.model),
  });
  if (model.warning !== undefined) process.stderr.write(`warning: ${model.warning}\n`);
  const { signal: stop, workerTerminated } = untilSignal();
  setMaxListeners(0, stop); // Each text under way listens.
  const progress = createProgress({ title: 'classify' });
  let service: Service | undefined;
  try {
    service = await openService({
      variants: [{ model }],
      ...{ workers, device, express: 0, watchMs: 0, queueLimit: Number.MAX_SAFE_INTEGER },
      ...{ signal: stop, onTerminated: workerTerminated },
    });
    await service.use(undefined, async (variant) => {
      progress.line(`${input.name}: ${file.texts.length} rows, by ${variant.id}`);
      const labels = values.scores === true ? variant.labels : undefined;
      refuseTaken(file, answerColumns(labels), input.name);
      const answers = await classifyTexts(variant, file.texts, {
        atOnce: 8 * (workers ?? availableParallelism()),
        signal: stop,
        onText: untilNow(progress, file.texts.length),
      });
      await writeFileAtomic(output.path, formatAnswers(file, answers, labels, delimiter));
      progress.line(summary(variant, answers, output.name));
    });
  } catch (error) {
    if (!stop.aborted) throw error;
    throw new UserError('stopped: nothing is written', { remedy: 'run it again', cause: error });
  } finally {
    progress.done();
    await service?.close(0);
  }
}

/** A model from elsewhere needs no workspace. */
function workspaceFor(model: string | boolean | undefined): string {
  try {
    return findWorkspace();
  } catch (error) {
    if (model === undefined) throw error;
    return process.cwd();
  }
}

function untilNow(progress: Progress, total: number): (done: number) => void {
  const started = performance.now();
  return (done) => {
    const perSecond = done / ((performance.now() - started) / 1000);
    const left = formatDuration((total - done) / perSecond);
    progress.update(`text ${done}/${total}  ${perSecond.toPrecision(3)} texts/s  ${left} left`);
  };
}

/** `labelled.csv: 40 texts; billing 12, technical 28; abstained on 3; without a text, and so without an answer: 2`. */
function summary({ labels }: Variant, answers: readonly (Answer | undefined)[], name: string): string {
  const given = answers.filter((answer) => answer !== undefined);
  const each = labels.map((label) => `${label} ${given.filter((answer) => answer.label === label).length}`);
  const abstained = given.filter((answer) => answer.abstained).length;
  const blank = answers.length - given.length;
  return [
    `${name}: ${given.length} texts`,
    each.join(', '),
    ...(abstained === 0 ? [] : [`abstained on ${abstained}`]),
    ...(blank === 0 ? [] : [`without a text, and so without an answer: ${blank}`]),
  ].join('; ');
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function named(values: Values, option: string, what: string): { readonly path: string; readonly name: string } {
  const given = text(values[option]);
  if (given === undefined || given === '') {
    throw new UserError(`--${option} is missing`, { place: { field: `--${option}` }, remedy: `name ${what}` });
  }
  const path = resolve(given);
  return { path, name: relative(process.cwd(), path) };
}
