import type { EvaluationResult, ModelResult } from '../results.ts';
import { paretoFront } from './pareto.ts';
import { type Axis, chart, escapeHtml, frame, n, seriesClass } from './svg.ts';

/** Texts of a bin without which a line does not go through it: chance alone moves it. */
const fewestInLine = 10;

/** Accuracy with its interval against what a model costs, the front of the best ones as a line. `cost` is positive. */
export function tradeoffChart(
  models: readonly ModelResult[],
  title: string,
  cost: (model: ModelResult) => number,
): string {
  const costs = models.map(cost);
  const accuracies = models.flatMap(({ accuracyInterval }) => accuracyInterval);
  const x: Axis = { title, domain: [Math.min(...costs) / 1.4, Math.max(...costs) * 1.4], logarithmic: true };
  const y: Axis = { title: 'accuracy', domain: padded(Math.min(...accuracies), Math.max(...accuracies)) };
  return chart(`Accuracy against ${title}`, x, y, (at) => {
    const points = models.map((model, i) => ({ cost: costs[i], accuracy: model.accuracy }));
    const front = paretoFront(points).map((i) => `${n(at.x(costs[i]))},${n(at.y(models[i].accuracy))}`);
    const taken: Label[] = [];
    const marks = models.map((model, i) => {
      const [cx, cy] = [n(at.x(costs[i])), n(at.y(model.accuracy))];
      const [low, high] = model.accuracyInterval.map((end) => n(at.y(end)));
      const label = labelPlace({ x: at.x(costs[i]), y: at.y(model.accuracy) }, model.name, taken);
      taken.push(label);
      return (
        `<g class="${seriesClass(i)}"><line class="whisker" x1="${cx}" x2="${cx}" y1="${low}" y2="${high}"/><circle cx="${cx}" cy="${cy}" r="5">` +
        `<title>${escapeHtml(model.name)}: ${model.accuracy.toFixed(4)} at ${format(costs[i])}</title></circle>` +
        `<text class="mark" x="${n(label.x)}" y="${n(label.y)}">${escapeHtml(model.name)}</text></g>`
      );
    });
    return `<polyline class="front" points="${front.join(' ')}"/>${marks.join('')}`;
  });
}

interface Label {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Where the name of a point starts: beside it, as near as no other name is. */
function labelPlace({ x, y }: Omit<Label, 'width'>, name: string, taken: readonly Label[]): Label {
  const width = 6.6 * name.length;
  const start = x < frame.width / 2 ? x + 9 : x - 9 - width;
  const overlaps = (top: number) =>
    taken.some((other) => {
      const apart = other.x + other.width < start || start + width < other.x;
      return !apart && Math.abs(other.y - top) < 12;
    });
  const shifts = [-7, 15, -19, 27, -31, 39];
  return { x: start, y: y + (shifts.find((shift) => !overlaps(y + shift)) ?? shifts[0]), width };
}

/** How often models are right against how sure they are; circles grow with the texts of a bin. */
export function reliabilityChart({ models }: EvaluationResult): string {
  const lowest = models.flatMap(({ reliability }) =>
    reliability.filter((bin) => bin.n > 0).map(({ confidence }) => confidence),
  );
  const from = Math.min(0.9, Math.floor(10 * Math.min(...lowest)) / 10);
  const x: Axis = { title: 'probability of the answer', domain: [from, 1] };
  return chart('Reliability diagram', x, { title: 'share that is right', domain: [0, 1] }, (at) => {
    const diagonal = `<line class="even" x1="${n(at.x(from))}" y1="${n(at.y(from))}" x2="${n(at.x(1))}" y2="${n(at.y(1))}"/>`;
    const lines = models.map(({ model, reliability, n: all }, i) => {
      const bins = reliability.filter((bin) => bin.n > 0);
      const points = bins
        .filter((bin) => bin.n >= fewestInLine)
        .map(({ confidence, accuracy }) => `${n(at.x(confidence))},${n(at.y(accuracy))}`);
      const circles = bins.map(({ confidence, accuracy, n: count }) => {
        const radius = n(2 + 6 * Math.sqrt(count / all));
        return `<circle cx="${n(at.x(confidence))}" cy="${n(at.y(accuracy))}" r="${radius}"><title>${escapeHtml(model)}: ${count} texts</title></circle>`;
      });
      return `<g class="${seriesClass(i)}"><polyline class="line" points="${points.join(' ')}"/>${circles.join('')}</g>`;
    });
    return diagonal + lines.join('');
  });
}

/** The curve of each model for one label, by its place among those that have curves. */
export function rocChart({ models }: EvaluationResult, label: number): string {
  const y: Axis = { title: 'true-positive rate', domain: [0, 1] };
  const name = models[0].roc[label].label;
  return chart(`ROC curve of ${name}`, { title: `false-positive rate (${name})`, domain: [0, 1] }, y, (at) => {
    const diagonal = `<line class="even" x1="${n(at.x(0))}" y1="${n(at.y(0))}" x2="${n(at.x(1))}" y2="${n(at.y(1))}"/>`;
    const lines = models.map(({ roc }, i) => {
      const points = (roc[label]?.points ?? []).map(([x, y]) => `${n(at.x(x))},${n(at.y(y))}`);
      return `<g class="${seriesClass(i)}"><polyline class="line" points="${points.join(' ')}"/></g>`;
    });
    return diagonal + lines.join('');
  });
}

/** The names of the models in their colours. */
export function legend(names: readonly string[]): string {
  const items = names.map((name, i) => `<li class="${seriesClass(i)}"><i></i>${escapeHtml(name)}</li>`);
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** Some room around the values, within 0 and 1. */
function padded(low: number, high: number): [number, number] {
  const room = Math.max(0.005, (high - low) * 0.15);
  return [Math.max(0, low - room), Math.min(1, high + room)];
}

function format(value: number): string {
  return String(Number(value.toPrecision(3)));
}
