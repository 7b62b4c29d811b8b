/** Words that tell the labels apart, and words that tell nothing. */
const topics = {
  sea: ['harbour', 'anchor', 'sailor', 'tide', 'wave', 'deck', 'mast', 'gull'],
  kitchen: ['flour', 'oven', 'butter', 'spoon', 'kettle', 'onion', 'recipe', 'apron'],
  garden: ['rose', 'spade', 'seed', 'hedge', 'beetle', 'soil', 'lawn', 'tulip'],
};
const fillers = ['the', 'old', 'near', 'with', 'under', 'small', 'and', 'by', 'quiet', 'morning'];

/** Short texts of each label, from two sources, no two alike; every ninth, or so, has the words of another label, so that models err. */
export function texts(wrongOne = 9): string {
  const labels = Object.keys(topics);
  const rows = Object.entries(topics).flatMap(([label, words], own) =>
    Array.from({ length: 60 }, (_, i) => {
      const pick = (list: readonly string[], step: number) =>
        list[(i * step + Math.floor(i / list.length)) % list.length];
      const parts = [1, 3, 5, 7].flatMap((step) => [pick(fillers, step), pick(words, step)]);
      const said = i % wrongOne === 0 ? labels[(own + 1) % labels.length] : label;
      return `${parts.join(' ')} number ${i},${said},${i % 2 === 0 ? 'letters' : 'diaries'}`;
    }),
  );
  return ['text,label,source', ...rows, ''].join('\n');
}

/** Three labels, and models that are trained in seconds. */
export const experiment = {
  seed: 1,
  seeds: [1, 2],
  data: { labels: Object.keys(topics), sources: [{ path: '/data/raw/texts.csv', source: 'source' }] },
  maxTokens: 32,
  teacher: { layers: 2, hidden: 32, heads: 2, intermediate: 64, training: { epochs: 6, learningRate: 0.003 } },
  student: { layers: 1, training: { epochs: 4, learningRate: 0.003 } },
  evaluations: [{ name: 'postcards', path: '/data/raw/postcards.csv', source: 'source' }],
  report: { lengths: [16], runs: 10, resources: false },
};
