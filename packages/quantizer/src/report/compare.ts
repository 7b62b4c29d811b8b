import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Executor, Session } from '@retort/runtime';
import {
  type DecisionRule,
  describeMachine,
  type Evaluation,
  evaluate,
  mcnemar,
  type Progress,
  plainRule,
  type Split,
} from '@retort/shared';
import { measureLatencies } from './latency.ts';
import { countTexts, type Reader, readSplitTexts, type SplitAsRead } from './read-split.ts';
import type { Latency, ModelResult, Results } from './results.ts';
import { checkInterface, scoreTexts } from './score.ts';

/** Untimed runs before the timed ones. */
const warmUp = 10;

/** A model to be compared. */
export interface Candidate extends Reader, Pick<ModelResult, 'name' | 'architecture' | 'weights' | 'parameters'> {
  /** How it decides. */
  readonly rule: DecisionRule;
  /** Absolute path of the ONNX file. */
  readonly file: string;
}

export interface ComparisonOptions {
  /** The teacher first: the others are tested against it. */
  readonly models: readonly Candidate[];
  readonly split: Split;
  readonly splitSha256: string;
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
    const read = readSplitTexts(models, split.texts);
    const verdicts = await evaluateAll(opened, read, options);
    const latencies = await measureAll(opened, read, options);
    return {
      split: {
        name: split.name,
        n: split.texts.length,
        sha256: options.splitSha256,
        labels: split.labelNames,
        truncated: countTexts(read, ({ truncated }) => truncated),
        windowed: countTexts(read, ({ windows }) => windows.length > 1),
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
        models.map((model, i) => toResult(model, verdicts[i], latencies[i], i === 0 ? undefined : verdicts[0])),
      ),
    };
  } finally {
    for (const { session } of opened) await session.close();
  }
}

/** What a model's answers are worth. */
interface Verdict {
  /** By the model's own rule. */
  readonly own: Evaluation;
  readonly accuracyByArgmax: number;
}

async function evaluateAll(
  opened: readonly Opened[],
  read: readonly SplitAsRead[],
  { split, progress }: ComparisonOptions,
): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const labelCount = split.labelNames.length;
  for (const [i, { model, session }] of opened.entries()) {
    const texts = read[i].texts.map(({ windows }) => windows);
    const logits = await scoreTexts(session, texts, labelCount, {
      file: relative(process.cwd(), model.file),
      onText: (done) => progress.update(`${model.name}  text ${done}/${texts.length}`),
    });
    const { accuracy } = evaluate(logits, split.labels, labelCount, plainRule);
    verdicts.push({ own: evaluate(logits, split.labels, labelCount, model.rule), accuracyByArgmax: accuracy });
  }
  return verdicts;
}

/** For each model the latencies at all lengths. */
async function measureAll(
  opened: readonly Opened[],
  read: readonly SplitAsRead[],
  { models, lengths, runs, progress }: ComparisonOptions,
): Promise<Latency[][]> {
  const vocabularySize = Math.min(...read.map((each) => each.vocabularySize));
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
  { name, architecture, weights, parameters, file, settings }: Candidate,
  { own, accuracyByArgmax }: Verdict,
  latency: readonly Latency[],
  teacher: Verdict | undefined,
): Promise<ModelResult> {
  const { accuracy, accuracyInterval, loss, calibrationError, macroF1, auroc } = own;
  const { longTexts, maxTokens, calibration } = settings;
  const test = teacher === undefined ? undefined : mcnemar(teacher.own.correct, own.correct);
  return {
    name,
    architecture,
    weights,
    usage: {
      longTexts,
      maxTokens,
      temperature: calibration?.temperature ?? 1,
      threshold: calibration?.threshold ?? null,
    },
    accuracy,
    accuracyInterval,
    accuracyByArgmax,
    loss,
    calibrationError,
    macroF1,
    auroc,
    parameters,
    bytes: (await stat(file)).size,
    latency,
    mcnemar: test === undefined ? null : { onlyTeacher: test.onlyA, onlyModel: test.onlyB, p: test.p },
  };
}
