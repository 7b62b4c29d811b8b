import { describe, expect, it } from '@jest/globals';
import type { SeedResults, Spread } from './compare-seeds.ts';
import { seedsMarkdown, seedsTerminalTable } from './seed-table.ts';

const spread = (mean: number, half: number): Spread => ({
  values: [mean - half / 10, mean + half / 10],
  mean,
  interval: [mean - half, mean + half],
});
const results: SeedResults = {
  format: 1,
  experiment: 'my_essays',
  seeds: [1, 2],
  split: { name: 'test', n: 250, sha256: 'ab'.repeat(32) },
  models: [
    {
      name: 'teacher',
      accuracy: spread(0.95, 0.02),
      macroF1: spread(0.94, 0.02),
      auroc: spread(0.98, 0.01),
      loss: spread(0.12, 0.03),
    },
    {
      name: 'student',
      accuracy: spread(0.94, 0.01),
      macroF1: spread(0.93, 0.01),
      auroc: null,
      loss: spread(0.2, 0.01),
    },
  ],
  differences: [
    {
      name: 'student',
      accuracy: spread(-0.01, 0.02),
      macroF1: spread(-0.01, 0.02),
      auroc: null,
      loss: spread(0.08, 0.01),
    },
  ],
};

describe('seedsMarkdown', () => {
  const text = seedsMarkdown(results);

  it('has a row for each model', () => {
    expect(text).toContain(
      `| model | accuracy | macro F1 | AUROC | loss |
| --- | ---: | ---: | ---: | ---: |
| teacher | 0.9500 (0.9300–0.9700) | 0.9400 (0.9200–0.9600) | 0.9800 (0.9700–0.9900) | 0.1200 (0.0900–0.1500) |
| student | 0.9400 (0.9300–0.9500) | 0.9300 (0.9200–0.9400) | – | 0.2000 (0.1900–0.2100) |
`,
    );
  });

  it('has a row for each difference, with signs', () => {
    expect(text).toContain(
      '| student | −0.0100 (−0.0300 to +0.0100) | −0.0100 (−0.0300 to +0.0100) | – | +0.0800 (+0.0700 to +0.0900) |',
    );
  });

  it('shows the accuracy of each seed', () => {
    expect(text).toContain('| model | seed 1 | seed 2 |');
    expect(text).toContain('| teacher | 0.9480 | 0.9520 |');
  });

  it('tells the texts and the seeds', () => {
    expect(text).toContain('# Results of my\\_essays over 2 seeds');
    expect(text).toContain(`n = 250, the same for all seeds; sha256 of its file \`${'ab'.repeat(32)}\``);
  });
});

it('two seeds are called too few, three are not', () => {
  const three = { ...results, seeds: [1, 2, 3] };
  expect(seedsMarkdown(results)).toContain('- **Two seeds** tell next to nothing');
  expect(seedsTerminalTable(results)).toContain('\nwarning: two seeds tell next to nothing');
  expect(seedsMarkdown(three) + seedsTerminalTable(three)).not.toMatch(/two seeds/i);
});

describe('seedsTerminalTable', () => {
  it('aligns the columns', () => {
    const [head, rule, teacher, student] = seedsTerminalTable(results).split('\n');
    expect(new Set([head, rule, teacher, student].map((line) => line.length)).size).toBe(1);
    expect(teacher).toMatch(/^teacher {2}0\.9500 \(0\.9300–0\.9700\) {2}0\.9400/);
  });
});
