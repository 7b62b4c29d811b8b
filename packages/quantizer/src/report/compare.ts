import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Executor, Session } from '@retort/runtime';
import {
  describeMachine,
  type Encoding,
  type Evaluation,
  evaluate,
  loadTokenizer,
  mcnemar,
  type Progress,
  type Split,
} from '@retort/shared';
import { measureLatencies } from './latency.ts';
import type { Latency, ModelResult, Results } from './results.ts';
import { checkInterface, scoreTexts } from './score.ts';

/** Untimed runs before the timed ones. */
const warmUp = 10;

/** A model to be compared. */
export interface Candidate extends Pick<ModelResult, 'name' | 'architecture' | 'weights' | 'parameters'> {
  /** Absolute path of the folder that holds the tokenizer's files; a model and its int8 form share it. */
  readonly folder: string;
  /** Absolute path of the ONNX file. */
  readonly file: string;
}

export interface ComparisonOptions {
  /** The teacher first: the others are tested against it. */
  readonly models: readonly Candidate[];
  readonly split: Split;
  readonly splitSha256: string;
  /** Longest input of the models. */
  readonly maxTokens: number;
  /** Tokens of the texts whose latency is measured. */
  readonly lengths: readonly number[];
  /** Timed runs for each length. */
  readonly runs: number;
  readonly executor: Executor;
  readonly threads: number;
  readonly progress: Progress;
}

interface Opened {
  readonly model: Candidate;
  readonly session: Session;
}

/** Scores every text of the split with every model, then times them; the machine should do nothing else meanwhile. */
export async function compareModels(options: ComparisonOptions): Promise<Omit<Results, 'format' | 'experiment'>> {
  const { models, split, executor, threads } = options;
  const opened: Opened[] = [];
  try {
    for (const model of models) {
      const session = await executor.open(model.file, { threads });
      opened.push({ model, session });
      checkInterface(session, relative(process.cwd(), model.file));
    }
    const encoded = encodeSplits(options);
    const evaluations = await evaluateAll(opened, encoded, options);
    const latencies = await measureAll(opened, encoded, options);
    return {
      split: {
        name: split.name,
        n: split.texts.length,
        sha256: options.splitSha256,
        labels: split.labelNames,
        truncated: countTruncated(encoded),
        maxTokens: options.maxTokens,
      },
      measurement: {
        executor: `${executor.name} ${executor.version} (${executor.device})`,
        threads,
        batch: 1,
        warmUp,
        runs: options.runs,
        machine: describeMachine(),
      },
      models: await Promise.all(
        models.map((model, i) => toResult(model, evaluations[i], latencies[i], i === 0 ? undefined : evaluations[0])),
      ),
    };
  } finally {
    for (const { session } of opened) await session.close();
  }
}

/** The split as a model reads it: texts are encoded once for all models that share a tokenizer. */
interface EncodedSplit {
  readonly vocabularySize: number;
  readonly encodings: readonly Encoding[];
}

function encodeSplits({ models, split, maxTokens }: ComparisonOptions): Map<string, EncodedSplit> {
  const byFolder = new Map<string, EncodedSplit>();
  for (const { folder } of models) {
    if (byFolder.has(folder)) continue;
    const tokenizer = loadTokenizer(folder);
    const encodings = split.texts.map((text) => tokenizer.encode(text, maxTokens));
    byFolder.set(folder, { vocabularySize: tokenizer.vocabulary.length, encodings });
  }
  return byFolder;
}

/** How many texts at least one tokenizer has cut. */
function countTruncated(encoded: ReadonlyMap<string, EncodedSplit>): number {
  const cut = new Set<number>();
  for (const { encodings } of encoded.values()) {
    for (const [i, { truncated }] of encodings.entries()) if (truncated) cut.add(i);
  }
  return cut.size;
}

async function evaluateAll(
  opened: readonly Opened[],
  encoded: ReadonlyMap<string, EncodedSplit>,
  { split, progress }: ComparisonOptions,
): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = [];
  for (const { model, session } of opened) {
    const ids = encoded.get(model.folder)?.encodings.map((encoding) => encoding.ids) ?? [];
    const logits = await scoreTexts(session, ids, split.labelNames.length, {
      file: relative(process.cwd(), model.file),
      onText: (done) => progress.update(`${model.name}  text ${done}/${ids.length}`),
    });
    evaluations.push(evaluate(logits, split.labels, split.labelNames.length));
  }
  return evaluations;
}

/** For each model the latencies at all lengths. */
async function measureAll(
  opened: readonly Opened[],
  encoded: ReadonlyMap<string, EncodedSplit>,
  { models, lengths, runs, progress }: ComparisonOptions,
): Promise<Latency[][]> {
  const vocabularySize = Math.min(...[...encoded.values()].map((each) => each.vocabularySize));
  const sessions = opened.map(({ session }) => session);
  const latencies: Latency[][] = models.map(() => []);
  for (const length of new Set(lengths)) {
    const measured = await measureLatencies(sessions, {
      length,
      warmUp,
      runs,
      vocabularySize,
      onRun: (run) => progress.update(`latency at ${length} tokens  run ${Math.max(0, run + 1)}/${runs}`),
    });
    measured.forEach((latency, i) => void latencies[i].push(latency));
  }
  return latencies;
}

async function toResult(
  { name, architecture, weights, parameters, file }: Candidate,
  { accuracy, accuracyInterval, loss, macroF1, auroc, correct }: Evaluation,
  latency: readonly Latency[],
  teacher: Evaluation | undefined,
): Promise<ModelResult> {
  const test = teacher === undefined ? undefined : mcnemar(teacher.correct, correct);
  return {
    name,
    architecture,
    weights,
    accuracy,
    accuracyInterval,
    loss,
    macroF1,
    auroc,
    parameters,
    bytes: (await stat(file)).size,
    latency,
    mcnemar: test === undefined ? null : { onlyTeacher: test.onlyA, onlyModel: test.onlyB, p: test.p },
  };
}
