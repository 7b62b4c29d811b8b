import type {
  Calibration,
  LabelScore,
  LongTextPolicy,
  Machine,
  QuantizationSettings,
  ReliabilityBin,
} from '@retort/shared';

/** Percentiles of milliseconds. */
export interface Percentiles {
  /** Runs, or texts, that were timed. */
  readonly runs: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Milliseconds of one run at batch 1. */
export interface Latency extends Percentiles {
  /** Tokens of the text. */
  readonly length: number;
}

/** How well a model does on a part of the texts. */
export interface Slice {
  readonly name: string;
  readonly n: number;
  readonly accuracy: number;
  /** Wilson's 95 % interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
}

/** A ROC curve of one label against the rest: false-positive and true-positive rates, from (0, 0) to (1, 1). */
export interface Roc {
  readonly label: string;
  readonly points: readonly (readonly [falsePositiveRate: number, truePositiveRate: number])[];
}

/** What a model's answers to a set of texts are worth. */
export interface Scores {
  readonly n: number;
  /** Of the model's own decisions, as are the interval, macro F1, confusion, slices and McNemar's test. */
  readonly accuracy: number;
  /** Wilson's 95 % interval. */
  readonly accuracyInterval: readonly [low: number, high: number];
  /** If the most probable label were the answer, without a threshold. */
  readonly accuracyByArgmax: number;
  /** Share of the teacher's accuracy; null if that is 0. */
  readonly retention: number | null;
  /** Mean cross entropy, in nats, at the model's temperature. */
  readonly loss: number;
  /** Expected calibration error, from 0 to 1, at the model's temperature. */
  readonly calibrationError: number;
  readonly macroF1: number;
  /** Of the logits, a mean over the windows of a text. Null if a label is missing. */
  readonly auroc: number | null;
  /** Where 1 % and 5 % of the other texts are taken for the label: of two labels the second one, of more the mean over all. Null if a label is missing. */
  readonly truePositiveRate: { readonly at1: number | null; readonly at5: number | null };
  /** McNemar's exact test against the teacher on the same texts. Null for the teacher itself. */
  readonly mcnemar: { readonly onlyTeacher: number; readonly onlyModel: number; readonly p: number } | null;
}

/** All figures of one model on one set of texts. */
export interface Figures extends Scores {
  readonly model: string;
  /** `confusion[i][j]`: texts of label i that were taken for label j. */
  readonly confusion: readonly (readonly number[])[];
  readonly byLabel: readonly (LabelScore & { readonly name: string })[];
  readonly bySource: readonly Slice[];
  readonly byLength: readonly Slice[];
  /** 15 bins of equal width. */
  readonly reliability: readonly ReliabilityBin[];
  readonly roc: readonly Roc[];
}

/** All models on one set of texts. */
export interface EvaluationResult {
  /** `test`, or what the experiment calls it. */
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly n: number;
  /** Rows of the file that were of no use. */
  readonly rejected: number;
  /** Texts of which at least one of the models does not read all. */
  readonly truncated: number;
  /** Texts that at least one of the models reads in several windows. */
  readonly windowed: number;
  /** Texts that hygiene changes; 0 where no model has any. */
  readonly normalized: number;
  readonly models: readonly Figures[];
}

/** What a model does to a sample of the test split after a perturbation. */
export interface Robustness {
  /** Such as `homoglyphs`; `none` for the texts as they are. */
  readonly perturbation: string;
  readonly n: number;
  readonly accuracy: number;
  /** Texts that get another answer than without the perturbation. */
  readonly flips: number;
}

/** What a model needs, measured in a process of its own. */
export interface Resources {
  /** Milliseconds to open the file, from the system's cache of files. */
  readonly loadMs: number;
  /** Largest resident memory of the process, Node and onnxruntime included, while it loads and scores one text at a time. */
  readonly peakMemoryBytes: number;
  /** The server's pool: workers of one thread, one input a run, all of them busy. */
  readonly throughput: { readonly workers: number; readonly textsPerSecond: number };
  /** One session with all threads, padded batches; null where inputs must run alone. */
  readonly batches: readonly { readonly size: number; readonly textsPerSecond: number | null }[];
}

/** What the report tells of one model. */
export interface ModelResult extends Scores {
  /** `teacher`, `student`, `teacher-int8` or `student-int8`, or the folder's name of a further one. */
  readonly name: string;
  /** The class that transformers opens it with, such as `BertForSequenceClassification`. */
  readonly architecture: string;
  /** `fp32`, or the recipe by which it was quantized. */
  readonly weights: string;
  /** Such as `openvino 2026.4.1 (cpu, bf16)`, where it is not `measurement.executor`. */
  readonly runtime?: string;
  /** How the model reads texts and decides: as its folder's `retort.json` says. */
  readonly usage: {
    readonly longTexts: LongTextPolicy;
    /** Longest input, in tokens. */
    readonly maxTokens: number;
    /** Version of the rules by which texts are cleaned; null where they are read as they are. */
    readonly hygiene: number | null;
    /** 1 where none was fitted. */
    readonly temperature: number;
    /** Null where the most probable label is the answer. */
    readonly threshold: NonNullable<Calibration['threshold']> | null;
    /** Whether inputs may be batched, or must run alone for their scores to hold. */
    readonly batch: 'any' | 'alone';
  };
  /** What the gate found of a quantized model; null for others. */
  readonly quantization: QuantizationSettings | null;
  /** Weights of the network; quantizing changes their bits, not their number. */
  readonly parameters: number;
  /** Of the ONNX file. */
  readonly bytes: number;
  readonly latency: readonly Latency[];
  /** Of whole texts of the test split, all their windows one after the other. */
  readonly mix: Percentiles;
  /** Null where the experiment does not ask for them. */
  readonly resources: Resources | null;
  readonly robustness: readonly Robustness[];
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
    readonly truncated: number;
    readonly windowed: number;
  };
  /** Split -> texts that `data.maxTexts` left out of it, in a trial on a part of the data. */
  readonly leftOut?: Readonly<Record<string, number>>;
  /** How speed was measured. */
  readonly measurement: {
    /** Such as `onnxruntime 1.30.0 (cpu)`. */
    readonly executor: string;
    readonly threads: number;
    readonly batch: 1;
    readonly warmUp: number;
    /** Most timed runs for each length; the models took turns. */
    readonly runs: number;
    readonly machine: Machine;
  };
  /** The teacher first; their scores are those on the test split. */
  readonly models: readonly ModelResult[];
  /** The test split first. */
  readonly evaluations: readonly EvaluationResult[];
}
