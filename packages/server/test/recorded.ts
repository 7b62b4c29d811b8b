/** A report of two models on four texts: `student` has its own temperature and threshold. */
export const results = {
  format: 1,
  experiment: 'sample',
  split: { name: 'test', n: 4, sha256: '0'.repeat(64), labels: ['human', 'ai'], truncated: 0, windowed: 0 },
  measurement: {
    ...{ executor: 'onnxruntime 1.30.0 (cpu)', threads: 2, batch: 1, warmUp: 3, runs: 20 },
    machine: { cpu: 'a processor', cores: 2, flags: [], memoryBytes: 1e9 },
  },
  models: [model('teacher', 1, { usage: usage(1, null) }), model('student', 0.25, { usage: usage(2, 0.6) })],
  evaluations: [
    {
      ...{ name: 'test', file: 'test.parquet', sha256: '0'.repeat(64), n: 4, rejected: 0, truncated: 0, windowed: 0 },
      normalized: 0,
      models: [scores('teacher', 1), scores('student', 0.25)],
    },
  ],
};

function usage(temperature: number, value: number | null) {
  const threshold = value === null ? null : { label: 'ai', value };
  return { longTexts: 'head', maxTokens: 64, hygiene: null, temperature, threshold, batch: 'alone' };
}

function model(name: string, accuracy: number, more: object) {
  const times = { runs: 20, p50: 8, p95: 9, p99: 10 };
  return {
    ...{ name, architecture: 'BertForSequenceClassification', weights: 'fp32', parameters: 1000, bytes: 4000 },
    ...{ quantization: null, latency: [{ length: 64, ...times }], mix: times, resources: null },
    robustness: [{ perturbation: 'none', n: 4, accuracy, flips: 0 }],
    ...scores(name, accuracy),
    ...more,
  };
}

function scores(name: string, accuracy: number) {
  const slice = [{ name: 'a', n: 4, accuracy, accuracyInterval: [0, 1] }];
  const label = { n: 2, precision: accuracy, recall: accuracy, f1: accuracy };
  return {
    ...{ model: name, n: 4, accuracy, accuracyInterval: [0, 1], accuracyByArgmax: accuracy, retention: accuracy },
    ...{ loss: 0.5, calibrationError: 0.1, macroF1: accuracy, auroc: null, truePositiveRate: { at1: null, at5: null } },
    mcnemar: name === 'teacher' ? null : { onlyTeacher: 3, onlyModel: 0, p: 0.25 },
    confusion: [
      [1, 1],
      [1, 1],
    ],
    byLabel: ['human', 'ai'].map((labelName) => ({ name: labelName, ...label })),
    ...{ bySource: slice, byLength: slice, reliability: [{ n: 4, confidence: 0.9, accuracy }] },
    roc: [
      {
        label: 'ai',
        points: [
          [0, 0],
          [1, 1],
        ],
      },
    ],
  };
}

export const dataCard = {
  ...{ experiment: 'sample', seed: 1, labels: ['human', 'ai'], texts: 4, leftOut: {}, rejects: {}, warnings: [] },
  splits: { train: { human: 0, ai: 0 }, validation: { human: 0, ai: 0 }, test: { human: 2, ai: 2 } },
  groups: { train: 0, validation: 0, test: 4 },
  sources: { a: { human: 2, ai: 0 }, b: { human: 0, ai: 2 } },
  words: { human: { min: 1, q1: 1, median: 1, q3: 1, max: 1 }, ai: { min: 1, q1: 1, median: 1, q3: 1, max: 1 } },
  files: [{ file: 'a.csv', rows: 4, rejected: 0 }],
  duplicates: {
    ...{ exact: { within: 0, across: 0 }, near: { within: 0, across: 0 }, conflicting: { exact: 0, near: 0 } },
    threshold: 0.8,
  },
};
