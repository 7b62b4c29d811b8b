import { formatRate, type RatePoint, type RateSuggestion } from '../training/lr-suggestion.ts';

const rows = 16;
const width = 40;
const heading = 'learning rate';

/**
 * The smoothed loss over the learning rate as lines for a terminal: a table with a plot beside it, the lowest loss at its left
 * edge and the highest at its right, and words where something happens.
 */
export function rateChart(
  points: readonly RatePoint[],
  smoothed: readonly number[],
  { steepest, divergence }: Pick<RateSuggestion, 'steepest' | 'divergence'>,
): string[] {
  if (points.length === 0) return [];
  const count = Math.min(rows, points.length);
  const shown = Array.from({ length: count }, (_, row) =>
    Math.round((row * (points.length - 1)) / Math.max(1, count - 1)),
  );
  const losses = shown.map((i) => smoothed[i]);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const nearest = (rate: number) =>
    shown.reduce((a, b) => (distance(points[b], rate) < distance(points[a], rate) ? b : a));
  const isNear = (i: number, rate: number | undefined) => rate !== undefined && nearest(rate) === i;
  const lines = shown.map((i) => {
    const place = high === low ? 0 : Math.round(((width - 1) * (smoothed[i] - low)) / (high - low));
    const words = [
      ...(isNear(i, steepest) ? ['falls fastest'] : []),
      ...(isNear(i, divergence) ? ['begins to diverge'] : []),
    ];
    const row = [
      formatRate(points[i].learningRate).padEnd(heading.length),
      smoothed[i].toFixed(4).padStart(8),
      '*'.padStart(place + 1).padEnd(width),
      words.join(', '),
    ];
    return row.join('  ').trimEnd();
  });
  return [`${heading}  ${'loss'.padStart(8)}`, ...lines];
}

function distance({ learningRate }: RatePoint, rate: number): number {
  return Math.abs(Math.log(learningRate / rate));
}
