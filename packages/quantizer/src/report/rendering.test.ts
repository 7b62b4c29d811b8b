import { describe, expect, it } from '@jest/globals';
import { resultsMarkdown } from './markdown.ts';
import type { ModelResult, Results } from './results.ts';
import { terminalTable } from './terminal-table.ts';

const teacher: ModelResult = {
  name: 'teacher',
  architecture: 'BertForSequenceClassification',
  weights: 'fp32',
  usage: { longTexts: 'head', maxTokens: 256, temperature: 1.2346, threshold: { label: 'a|i', value: 0.4312 } },
  accuracy: 0.952,
  accuracyInterval: [0.9180123, 0.9723456],
  accuracyByArgmax: 0.9481,
  loss: 0.1204,
  calibrationError: 0.02345,
  macroF1: 0.9519,
  auroc: 0.98765,
  parameters: 109_483_778,
  bytes: 437_978_578,
  latency: [{ length: 128, p50: 95.512, p95: 101.2 }],
  mcnemar: null,
};
const results: Results = {
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
  models: [
    teacher,
    {
      ...teacher,
      name: 'student-int8',
      weights: 'dynamic-int8',
      usage: { longTexts: 'head', maxTokens: 256, temperature: 1, threshold: null },
      accuracy: 0.94,
      auroc: null,
      bytes: 7_479_667,
      latency: [{ length: 128, p50: 14.4, p95: 15 }],
      mcnemar: { onlyTeacher: 5, onlyModel: 2, p: 0.453125 },
    },
    { ...teacher, name: 'student', mcnemar: { onlyTeacher: 30, onlyModel: 1, p: 2.98e-8 } },
  ],
};

describe('resultsMarkdown', () => {
  it('is a table for GitHub and what one must know to read it', () => {
    expect(resultsMarkdown(results)).toBe(`# Results of my\\_sample

| model | accuracy | 95 % interval | loss | ECE | macro F1 | AUROC | params | size MB | ms at 128 (p95) | p vs teacher |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| teacher | 0.9520 | 0.9180–0.9723 | 0.1204 | 0.0234 | 0.9519 | 0.9877 | 109.48 M | 438.0 | 95.51 (101.20) | – |
| student-int8 | 0.9400 | 0.9180–0.9723 | 0.1204 | 0.0234 | 0.9519 | – | 109.48 M | 7.48 | 14.40 (15.00) | 0.453 (5:2) |
| student | 0.9520 | 0.9180–0.9723 | 0.1204 | 0.0234 | 0.9519 | 0.9877 | 109.48 M | 438.0 | 95.51 (101.20) | \\<0.001 (30:1) |

- **Texts**: the test split, n = 250, labels human, a\\|i; sha256 of its file \`${'ab'.repeat(32)}\`. Each text is scored alone, without padding; 1 text cut to 256 tokens.
- **Accuracy** comes with its Wilson 95 % interval; each model’s threshold, fitted on validation, decides. **loss** is the mean cross entropy in nats, **ECE** the expected calibration error over 15 bins, both of the probabilities at the model’s temperature. Per model: teacher temperature 1.235, a\\|i from 0.431 on, 0.9481 by the most probable label; student-int8 temperature 1.000, 0.9481 by the most probable label; student temperature 1.235, a\\|i from 0.431 on, 0.9481 by the most probable label.
- **p** is the probability, by McNemar’s exact test on the same texts, of a difference from the teacher at least as large if both were equally good; small values tell that they are not. In brackets: the texts that the teacher alone has right, and those that the model alone has right.
- **params** counts weights, **size** is the ONNX file’s, in MB of 10^6 bytes.
- **ms** is the median (95th percentile) of 100 runs of one text of random tokens, batch 1, after 10 untimed ones, the models taking turns; onnxruntime 1.30.0 (cpu), 2 threads.
- **Machine**: A Fine CPU, 2 cores, avx2 avx512_vnni.
`);
  });

  it('says that a trial left texts out', () => {
    expect(resultsMarkdown({ ...results, leftOut: { train: 900, test: 1 } })).toContain(
      '- **A trial** on a part of the data: `data.maxTexts` left out 900 texts of train, 1 text of test.',
    );
  });

  it('tells how long texts are read, and that no threshold decides where there is none', () => {
    const plain = {
      ...teacher,
      usage: { longTexts: 'windows', maxTokens: 128, temperature: 1.5, threshold: null },
    } as const;
    const split = { ...results.split, truncated: 0, windowed: 7 };
    const text = resultsMarkdown({ ...results, split, models: [plain] });
    expect(text).toContain('without padding; 7 texts longer than 128 tokens by the mean logit of windows.');
    expect(text).toContain('interval; the most probable label is the answer.');
  });

  it('has a column of latencies for each length', () => {
    const latency = [8, 16].map((length) => ({ length, p50: length, p95: 2 * length }));
    const text = resultsMarkdown({ ...results, models: [{ ...teacher, latency }] });
    expect(text).toContain('| ms at 8 (p95) | ms at 16 (p95) |');
    expect(text).toContain('| 8.00 (16.00) | 16.00 (32.00) |');
  });
});

describe('terminalTable', () => {
  const two = { ...results, models: results.models.slice(0, 2) };

  it('aligns plain columns', () => {
    expect(terminalTable(two, { box: false })).toBe(
      [
        'model         accuracy  95 % interval    loss     ECE  macro F1   AUROC    params  size MB  ms at 128 (p95)  p vs teacher',
        '------------  --------  -------------  ------  ------  --------  ------  --------  -------  ---------------  ------------',
        'teacher         0.9520  0.9180–0.9723  0.1204  0.0234    0.9519  0.9877  109.48 M    438.0   95.51 (101.20)             –',
        'student-int8    0.9400  0.9180–0.9723  0.1204  0.0234    0.9519       –  109.48 M     7.48    14.40 (15.00)   0.453 (5:2)',
        '',
        'test split, n = 250, sha256 abababababab; ms: median (95th percentile) of 100 runs, batch 1, 2 threads;',
        'accuracy: each model’s threshold, fitted on validation, decides; ECE: expected calibration error;',
        'p: McNemar, exact (texts that the teacher alone : the model alone has right)',
        '',
      ].join('\n'),
    );
  });

  it('draws lines of one width between them for a terminal', () => {
    const lines = terminalTable(two, { box: true }).split('\n').slice(0, 6);
    expect(lines.map((line) => line[0])).toEqual(['┌', '│', '├', '│', '│', '└']);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});
