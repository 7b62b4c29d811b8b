import type { Machine } from '@retort/shared';

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
  readonly accuracy: number;
  /** Wilson's 95 % interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
  /** Mean cross entropy, in nats. */
  readonly loss: number;
  readonly macroF1: number;
  /** Null if the split lacks a label. */
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
    /** Texts that were cut to the longest input of the models, by the tokenizer of at least one of them. */
    readonly truncated: number;
    /** Longest input of the models, in tokens. */
    readonly maxTokens: number;
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
