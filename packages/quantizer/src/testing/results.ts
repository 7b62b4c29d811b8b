import type { EvaluationResult, Figures, ModelResult, Results, Scores } from '../report/results.ts';

const scores: Scores = {
  n: 250,
  accuracy: 0.952,
  accuracyInterval: [0.9180123, 0.9723456],
  accuracyByArgmax: 0.9481,
  retention: 1,
  loss: 0.1204,
  calibrationError: 0.02345,
  macroF1: 0.9519,
  auroc: 0.98765,
  truePositiveRate: { at1: 0.81, at5: 0.9 },
  mcnemar: null,
};

/** A teacher as a report tells of it; made up. */
export const teacher: ModelResult = {
  ...scores,
  name: 'teacher',
  architecture: 'BertForSequenceClassification',
  weights: 'fp32',
  usage: {
    longTexts: 'head',
    maxTokens: 256,
    hygiene: 1,
    temperature: 1.2346,
    threshold: { label: 'a|i', value: 0.4312 },
    batch: 'any',
  },
  quantization: null,
  parameters: 109_483_778,
  bytes: 437_978_578,
  latency: [{ length: 128, runs: 100, p50: 95.512, p95: 101.2, p99: 120 }],
  mix: { runs: 100, p50: 110, p95: 120, p99: 130 },
  resources: {
    loadMs: 812.3,
    peakMemoryBytes: 1.2e9,
    throughput: { workers: 2, textsPerSecond: 12.34 },
    batches: [
      { size: 8, textsPerSecond: 10 },
      { size: 32, textsPerSecond: 110.4 },
    ],
  },
  robustness: [
    { perturbation: 'none', n: 100, accuracy: 0.95, flips: 0 },
    { perturbation: 'case', n: 100, accuracy: 0.93, flips: 4 },
  ],
};

const student: ModelResult = {
  ...teacher,
  name: 'student-int8',
  weights: 'dynamic-int8',
  usage: { longTexts: 'head', maxTokens: 256, hygiene: null, temperature: 1, threshold: null, batch: 'alone' },
  quantization: {
    ...{ recipe: 'dynamic-int8', embeddings: 'int8', reduceRange: false, kept: ['layer.3/output'] },
    company: { largest: 0.0234, p99: 0.01, n: 200 },
    cpu: { saturationSafe: false, measuredOn: { flags: ['avx2'], saturates: false } },
  },
  accuracy: 0.94,
  retention: 0.98739,
  auroc: null,
  truePositiveRate: { at1: null, at5: null },
  bytes: 7_479_667,
  latency: [{ length: 128, runs: 100, p50: 14.4, p95: 15, p99: 16 }],
  resources: {
    loadMs: 100.2,
    peakMemoryBytes: 3e8,
    throughput: { workers: 2, textsPerSecond: 45.6 },
    batches: [
      { size: 8, textsPerSecond: null },
      { size: 32, textsPerSecond: null },
    ],
  },
  mcnemar: { onlyTeacher: 5, onlyModel: 2, p: 0.453125 },
};

function figures(model: ModelResult): Figures {
  return {
    ...scores,
    accuracy: model.accuracy,
    auroc: model.auroc,
    mcnemar: model.mcnemar,
    model: model.name,
    confusion: [
      [120, 5],
      [7, 118],
    ],
    byLabel: [
      { name: 'human', n: 125, precision: 0.945, recall: 0.96, f1: 0.952 },
      { name: 'a|i', n: 125, precision: 0.959, recall: 0.944, f1: 0.951 },
    ],
    bySource: [
      { name: 'web', n: 200, accuracy: 0.97, accuracyInterval: [0.93, 0.99] },
      { name: '<script>', n: 50, accuracy: 0.88, accuracyInterval: [0.76, 0.94] },
    ],
    byLength: [{ name: '0 to 49 words', n: 250, accuracy: 0.952, accuracyInterval: [0.92, 0.97] }],
    reliability: [
      { n: 0, confidence: 0, accuracy: 0 },
      { n: 250, confidence: 0.96, accuracy: 0.952 },
    ],
    roc: [
      {
        label: 'a|i',
        points: [
          [0, 0],
          [0.1, 0.9],
          [1, 1],
        ],
      },
    ],
  };
}

const test: EvaluationResult = {
  name: 'test',
  file: 'test.parquet',
  sha256: 'ab'.repeat(32),
  n: 250,
  rejected: 0,
  truncated: 1,
  windowed: 0,
  normalized: 3,
  models: [figures(teacher), figures(student)],
};

/** A report of two models on the test split and one further file; made up. */
export const exampleResults: Results = {
  format: 1,
  experiment: 'my_sample',
  split: { name: 'test', n: 250, sha256: 'ab'.repeat(32), labels: ['human', 'a|i'], truncated: 1, windowed: 0 },
  measurement: {
    executor: 'onnxruntime 1.30.0 (cpu)',
    threads: 2,
    batch: 1,
    warmUp: 10,
    runs: 100,
    machine: { cpu: 'A Fine CPU', cores: 2, flags: ['avx2', 'avx512_vnni'], memoryBytes: 8e9 },
  },
  models: [teacher, student],
  evaluations: [test, { ...test, name: 'web', file: 'data/raw/web.csv', rejected: 2 }],
};
