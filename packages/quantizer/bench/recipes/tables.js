// What was measured, as Markdown: a row a variant, over all models of a kind.
const mean = (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const percent = (share) => (100 * share).toFixed(2);

/** @param results one a model, of the same variant */
function row(name, results) {
  const of = (split) => results.map(({ verdicts }) => verdicts[split]);
  const cells = ['validation', 'test'].flatMap((split) => {
    const verdicts = of(split);
    const { onlyParent, onlyQuantized } = {
      onlyParent: sum(verdicts.map(({ mcnemar }) => mcnemar.onlyParent)),
      onlyQuantized: sum(verdicts.map(({ mcnemar }) => mcnemar.onlyQuantized)),
    };
    return [
      percent(mean(verdicts.map(({ agreement }) => agreement))),
      mean(verdicts.map(({ quantized }) => quantized.accuracy)).toFixed(4),
      `${onlyParent}:${onlyQuantized}`,
      Math.min(...verdicts.map(({ mcnemar }) => mcnemar.p)).toFixed(2),
    ];
  });
  const changes = of('test');
  return [
    name,
    (results[0].bytes / 1e6).toFixed(1),
    ...cells,
    mean(changes.map(({ meanLogitChange }) => meanLogitChange)).toFixed(4),
    Math.max(...changes.map(({ largestLogitChange }) => largestLogitChange)).toFixed(3),
    Math.max(...results.map(({ company }) => company.largest)).toFixed(4),
    `${results.filter(({ verdicts }) => verdicts.validation.failures.length === 0).length} of ${results.length}`,
  ];
}

const header = [
  'recipe',
  'MB',
  ...['validation', 'test'].flatMap((split) => [`${split}: agreement %`, 'accuracy', 'lost:gained', 'smallest p']),
  'mean change of a logit',
  'largest',
  'company',
  'pass the gate',
];

/** @param measured variant's name -> results of the models */
export function recipeTable(title, measured) {
  const [first] = measured.values();
  const fp32 = ['validation', 'test'].map(
    (split) =>
      `${split} ${mean(first.map(({ verdicts }) => verdicts[split].parent.accuracy)).toFixed(4)} (n ${first[0].verdicts[split].n})`,
  );
  const lines = [
    header,
    header.map((_, i) => (i === 0 ? '---' : '---:')),
    ...[...measured].map((each) => row(...each)),
  ];
  return [
    `${title}, ${first.length} models; fp32: ${fp32.join(', ')}`,
    '',
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}
