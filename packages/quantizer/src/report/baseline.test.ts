import { describe, expect, it } from '@jest/globals';
import { exampleResults as results } from '../testing/results.ts';
import { baselineOf, collapsedModels, onlyLabelOf } from './baseline.ts';
import { modelCard } from './card.ts';
import { resultsMarkdown } from './markdown.ts';
import type { Figures, Results } from './results.ts';
import { terminalTable } from './terminal-table.ts';

/** The example, whose student has this confusion on the test split, and an accuracy by it. */
function withStudent(confusion: readonly [readonly [number, number], readonly [number, number]]): Results {
  const [test, ...further] = results.evaluations;
  const [teacher, student] = test.models;
  const own: Figures = { ...student, confusion, accuracy: (confusion[0][0] + confusion[1][1]) / test.n };
  return { ...results, evaluations: [{ ...test, models: [teacher, own] }, ...further] };
}
const collapsed = withStudent([
  [125, 0],
  [125, 0],
]);
const says = 'gives every text of the test split the label human: it has learned nothing';

describe('a model that gives every text the same label', () => {
  it('is named, the others are not', () => {
    expect(collapsedModels(collapsed)).toEqual([{ name: 'student-int8', what: says }]);
    expect(collapsedModels(results)).toEqual([]);
  });

  it('is none that is right every time, where all texts have the label', () => {
    const [test, ...further] = results.evaluations;
    const byLabel = test.models[1].byLabel.map((label, i) => ({ ...label, n: i === 0 ? 250 : 0 }));
    const right: Figures = {
      ...test.models[1],
      confusion: [
        [250, 0],
        [0, 0],
      ],
      accuracy: 1,
      byLabel,
    };
    const all = { ...results, evaluations: [{ ...test, models: [right, right] }, ...further] as const };
    expect(collapsedModels({ ...results, evaluations: [...all.evaluations] })).toEqual([]);
  });

  it.each([
    ['in a note', resultsMarkdown(collapsed), `- **Warning** student-int8 ${says}. Retention, p and labels`],
    ['on the terminal', terminalTable(collapsed, { box: false }), `\nwarning: student-int8 ${says}\n`],
    ['in its card', modelCard(collapsed, 'student-int8'), `## Where it fails\n\nIt ${says}.\n`],
  ])('is told of %s', (_, text, warning) => {
    expect(text).toContain(warning);
  });

  it("is not told of in another model's card", () => {
    expect(modelCard(collapsed, 'teacher')).not.toContain('learned nothing');
  });

  it('is none where all texts have that label', () => {
    expect(
      onlyLabelOf({
        ...results.evaluations[0].models[0],
        confusion: [
          [250, 0],
          [0, 0],
        ],
        accuracy: 1,
      }),
    ).toBeUndefined();
  });
});

it('a model that is right no more often than the most frequent label is named', () => {
  const guessing = withStudent([
    [60, 65],
    [60, 65],
  ]);
  expect(collapsedModels(guessing)).toEqual([
    { name: 'student-int8', what: 'is right no more often than always answering human would be' },
  ]);
});

describe('the baseline', () => {
  it("is the most frequent label's share", () => {
    const [figures] = results.evaluations[0].models;
    const byLabel = figures.byLabel.map((label, i) => ({ ...label, n: [100, 150][i] }));
    expect(baselineOf({ ...figures, byLabel })).toEqual({ label: 'a|i', accuracy: 0.6 });
  });

  it.each([
    ['results.md', resultsMarkdown(results)],
    ['the terminal', terminalTable(results, { box: false })],
    ['the card', modelCard(results, 'teacher')],
  ])('stands in %s', (_, text) => {
    expect(text).toMatch(/always answering human, the most frequent label.* accuracy 0\.5000/i);
  });
});
