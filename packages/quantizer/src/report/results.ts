import type { Calibration, LongTextPolicy, Machine } from '@retort/shared';

/** Milliseconds of one run at batch 1. */
export interface Latency {
  /** Tokens of the text. */
  readonly length: number;
  readonly p50: number;
  readonly p95: number;
}

/** What the report tells of one model. */
export interface ModelResult {
  /** `teacher`, `student`, `teacher-int8` or `student-int8`. */
  readonly name: string;
  /** The class that transformers opens it with, such as `BertForSequenceClassification`. */
  readonly architecture: string;
  /** `fp32`, or the recipe by which it was quantized. */
  readonly weights: string;
  /** How the model reads texts and decides: as its folder's `retort.json` says. */
  readonly usage: {
    readonly longTexts: LongTextPolicy;
    /** Longest input, in tokens. */
    readonly maxTokens: number;
    /** 1 where none was fitted. */
    readonly temperature: number;
    /** Null where the most probable label is the answer. */
    readonly threshold: NonNullable<Calibration['threshold']> | null;
  };
  /** Of the model's own decisions, as are the interval, macro F1 and McNemar's test. */
  readonly accuracy: number;
  /** Wilson's 95 % interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
  /** If the most probable label were the answer, without a threshold. */
  readonly accuracyByArgmax: number;
  /** Mean cross entropy, in nats, at the model's temperature. */
  readonly loss: number;
  /** Expected calibration error, from 0 to 1, at the model's temperature. */
  readonly calibrationError: number;
  readonly macroF1: number;
  /** Of the logits, a mean over the windows of a text. Null if the split lacks a label. */
  readonly auroc: number | null;
  /** Weights of the network; quantizing changes their bits, not their number. */
  readonly parameters: number;
  /** Of the ONNX file. */
  readonly bytes: number;
  readonly latency: readonly Latency[];
  /** McNemar's exact test against the teacher on the same texts. Null for the teacher itself. */
  readonly mcnemar: { readonly onlyTeacher: number; readonly onlyModel: number; readonly p: number } | null;
}

/** `results.json`: every figure of the report, unrounded. */
export interface Results {
  /** Version of this form. */
  readonly format: 1;
  readonly experiment: string;
  readonly split: {
    readonly name: string;
    /** Number of texts. */
    readonly n: number;
    readonly sha256: string;
    readonly labels: readonly string[];
    /** Texts of which at least one of the models does not read all. */
    readonly truncated: number;
    /** Texts that at least one of the models reads in several windows. */
    readonly windowed: number;
  };
  /** Split -> texts that `data.maxTexts` left out of it, in a trial on a part of the data. */
  readonly leftOut?: Readonly<Record<string, number>>;
  /** How the latencies were measured. */
  readonly measurement: {
    /** Such as `onnxruntime 1.30.0 (cpu)`. */
    readonly executor: string;
    readonly threads: number;
    readonly batch: 1;
    readonly warmUp: number;
    /** Timed runs for each length; the models took turns. */
    readonly runs: number;
    readonly machine: Machine;
  };
  /** The teacher first. */
  readonly models: readonly ModelResult[];
}
