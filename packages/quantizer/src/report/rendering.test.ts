import { describe, expect, it } from '@jest/globals';
import { exampleResults as results, teacher } from '../testing/results.ts';
import { modelCard } from './card.ts';
import { resultsCsv } from './csv.ts';
import { resultsMarkdown } from './markdown.ts';
import type { ModelResult } from './results.ts';
import { terminalTable } from './terminal-table.ts';

const withModels = (...models: ModelResult[]) => ({ ...results, models });

describe('resultsMarkdown', () => {
  const text = resultsMarkdown(results);

  it('begins with a table of quality for GitHub', () => {
    expect(text.split('\n\n- ')[0]).toBe(`# Results of my\\_sample

| model | accuracy | 95 % interval | retention | loss | ECE | macro F1 | AUROC | TPR at 1 % | TPR at 5 % | p vs teacher |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| teacher | 0.9520 | 0.9180–0.9723 | 100.0 % | 0.1204 | 0.0234 | 0.9519 | 0.9877 | 0.8100 | 0.9000 | – |
| student-int8 | 0.9400 | 0.9180–0.9723 | 98.7 % | 0.1204 | 0.0234 | 0.9519 | – | – | – | 0.453 (5:2) |`);
  });

  it('has a table of size and speed, without batches where inputs run alone', () => {
    expect(text).toContain(`## Size and speed

| model | params | size MB | ms at 128 (p95, p99) | ms a text (p95, p99) | texts/s | by 8 | by 32 | load ms | peak MB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| teacher | 109.48 M | 438.0 | 95.51 (101.20, 120.00) | 110.00 (120.00, 130.00) | 12.3 | 10.0 | 110 | 812 | 1200 |
| student-int8 | 109.48 M | 7.48 | 14.40 (15.00, 16.00) | 110.00 (120.00, 130.00) | 45.6 | alone | alone | 100 | 300 |
`);
  });

  it('has no columns of resources where they were not measured', () => {
    expect(resultsMarkdown(withModels({ ...teacher, resources: null }))).toContain('| ms a text (p95, p99) |\n');
  });

  it('has a table of perturbations', () => {
    expect(text).toContain('| model | none | case |\n| --- | ---: | ---: |\n| teacher | 0.9500 | 0.9300 (4) |');
  });

  it('tells what one must know to read it', () => {
    for (const note of [
      `- **Texts** the test split, n = 250, labels human, a\\|i; sha256 of its file ${'ab'.repeat(32)}. Each text is scored alone, without padding; 1 text cut to 256 tokens; 3 texts cleaned of hidden characters or look-alikes.`,
      'each model’s threshold, fitted on validation, decides',
      'teacher temperature 1.235, a\\|i from 0.431 on, 0.9481 by the most probable label; student-int8 temperature 1.000',
      'of the texts of the label a\\|i that are found where 1 % and 5 % of the others',
      'of 100 runs of one text of random tokens, batch 1, after 10 untimed ones',
      'Batches of student-int8 are not measured',
      'throughput of 2 workers of one thread each',
      '- **student-int8** is quantized by dynamic-int8, embeddings int8; layer.3/output is left in fp32. What an input is batched with moves its probabilities by at most 0.0234 (99 %: 0.0100, n = 200).',
      'get another answer than as they are. The models read texts cleaned, as ever, but student-int8 as they are.',
      '- **Machine** A Fine CPU, 2 cores, avx2 avx512\\_vnni.',
    ]) {
      expect(text).toContain(note);
    }
  });

  it('has a section for a further evaluation, with its file', () => {
    expect(text).toContain('## Evaluation web\n\n| model | accuracy |');
    expect(text).toContain(`n = 250 texts of data/raw/web.csv, sha256 \`${'ab'.repeat(32)}\`; 2 rows of no use.`);
  });

  it('has precision, recall and F1 of each label, by model', () => {
    expect(text).toContain(`### test: Precision, recall and F1 by label

| label | n | model | precision | recall | F1 |
| --- | ---: | --- | ---: | ---: | ---: |
| human | 125 | teacher | 0.9450 | 0.9600 | 0.9520 |
| human | 125 | student-int8 | 0.9450 | 0.9600 | 0.9520 |
| a\\|i | 125 | teacher | 0.9590 | 0.9440 | 0.9510 |
`);
  });

  it('has a dash for the precision of a label that is never given', () => {
    const [test] = results.evaluations;
    const byLabel = test.models[0].byLabel.map((label) => ({ ...label, precision: null, f1: 0 }));
    const evaluations = [{ ...test, models: [{ ...test.models[0], byLabel }] }];
    expect(resultsMarkdown({ ...withModels(teacher), evaluations })).toContain('| human | 125 | – | 0.9600 | 0.0000 |');
  });

  it('has what texts of each label are taken for, of each model', () => {
    expect(text).toContain(`### test: Confusion of teacher

| is, taken for | human | a\\|i |
| --- | ---: | ---: |
| human | 120 | 5 |
| a\\|i | 7 | 118 |

### test: Confusion of student-int8
`);
  });

  it('has a table of each kind of slices with several parts, models as columns', () => {
    expect(text).toContain(`### test: Accuracy by source

| source | n | teacher | student-int8 |
| --- | ---: | ---: | ---: |
| web | 200 | 0.9700 | 0.9700 |
| \\<script\\> | 50 | 0.8800 | 0.8800 |
`);
    expect(text).not.toContain('by length');
  });

  it('says that a trial left texts out', () => {
    expect(resultsMarkdown({ ...results, leftOut: { train: 900, test: 1 } })).toContain(
      '- **A trial** on a part of the data: data.maxTexts left out 900 texts of train, 1 text of test.',
    );
  });

  it('tells how long texts are read, and that no threshold decides where there is none', () => {
    const usage = { ...teacher.usage, longTexts: 'windows', maxTokens: 128, threshold: null } as const;
    const split = { ...results.split, truncated: 0, windowed: 7 };
    const plain = resultsMarkdown({ ...withModels({ ...teacher, usage }), split });
    expect(plain).toContain('without padding; 7 texts longer than 128 tokens by the mean logit of windows;');
    expect(plain).toContain('interval; the most probable label is the answer.');
  });

  it('has a column of latencies for each length, and tells where fewer runs were timed', () => {
    const latency = [8, 16].map((length) => ({ length, runs: length, p50: length, p95: 2 * length, p99: 3 * length }));
    const text = resultsMarkdown(withModels({ ...teacher, latency }));
    expect(text).toContain('| ms at 8 (p95, p99) | ms at 16 (p95, p99) |');
    expect(text).toContain('| 8.00 (16.00, 24.00) | 16.00 (32.00, 48.00) |');
    expect(text).toContain('of 8 to 100 runs');
  });
});

describe('terminalTable', () => {
  it('aligns plain columns', () => {
    const [quality, speed] = terminalTable(results, { box: false }).split('\n\n');
    expect(quality).toBe(
      [
        'model         accuracy  95 % interval  retention    loss     ECE  macro F1   AUROC  TPR at 1 %  TPR at 5 %  p vs teacher',
        '------------  --------  -------------  ---------  ------  ------  --------  ------  ----------  ----------  ------------',
        'teacher         0.9520  0.9180–0.9723    100.0 %  0.1204  0.0234    0.9519  0.9877      0.8100      0.9000             –',
        'student-int8    0.9400  0.9180–0.9723     98.7 %  0.1204  0.0234    0.9519       –           –           –   0.453 (5:2)',
      ].join('\n'),
    );
    expect(new Set(speed.split('\n').map((line) => line.length)).size).toBe(1);
  });

  it('tells the accuracies of further evaluations in a line', () => {
    expect(terminalTable(results, { box: false })).toContain(
      'web, n = 250: accuracy teacher 0.9520, student-int8 0.9400\n',
    );
  });

  it('draws lines of one width between them for a terminal', () => {
    const lines = terminalTable(results, { box: true }).split('\n').slice(0, 6);
    expect(lines.map((line) => line[0])).toEqual(['┌', '│', '├', '│', '│', '└']);
    expect(new Set(lines.map((line) => line.length)).size).toBe(1);
  });
});

describe('resultsCsv', () => {
  const rows = resultsCsv(results)
    .trim()
    .split('\n')
    .map((line) => line.split(','));

  it('has a row for each evaluation and model, all with as many fields', () => {
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      ['evaluation', 'model'],
      ['test', 'teacher'],
      ['test', 'student-int8'],
      ['web', 'teacher'],
      ['web', 'student-int8'],
    ]);
    expect(new Set(rows.map((row) => row.length)).size).toBe(1);
  });

  it.each([
    ['accuracy', '0.952', '0.94'],
    ['auroc', '0.98765', 'NA'],
    ['ms_128_p99', '120', '16'],
    ['texts_per_second_batch_8', '10', 'NA'],
    ['accuracy_case', '0.93', '0.93'],
  ])('has the column %s, unrounded', (title, first, second) => {
    const column = rows[0].indexOf(title);
    expect([rows[1][column], rows[2][column]]).toEqual([first, second]);
  });
});

describe('modelCard', () => {
  const card = modelCard(results, 'student-int8');

  it('begins with what the hub reads', () => {
    const [, front] = card.split('---\n');
    expect(front).toContain('pipeline_tag: text-classification\n');
    expect(front).toContain('model-index:\n  - name: "my_sample-student-int8"\n    results:\n      - task:\n');
    expect(front).toContain('          - type: accuracy\n            name: "Accuracy"\n            value: 0.94\n');
    expect(front).not.toContain('roc_auc\n            name');
  });

  it('says where the model fails, the worst first', () => {
    expect(card).toContain('On test (n = 250) it is wrong about 12 texts:\n\n- 7 of a\\|i taken for human\n');
    expect(card).toContain('- source \\<script\\>: accuracy 0.8800 (0.7600–0.9400), n = 50\n');
    expect(card).not.toContain('source web');
  });

  it('has precision, recall and F1 of each label', () => {
    expect(card).toContain(
      'On test, by label:\n\n| label | n | precision | recall | F1 |\n| --- | ---: | ---: | ---: | ---: |\n| human | 125 | 0.9450 | 0.9600 | 0.9520 |\n',
    );
  });

  it('says what perturbations do', () => {
    expect(card).toContain('| none | case |\n| ---: | ---: |\n| 0.9500 | 0.9300 (4) |');
  });
});
