import type { ClassifyResponse } from '@retort/server/client';
import { describeReading, formatProbability, rankScores } from '../lib/format.ts';
import { element } from './element.ts';

type Result = ClassifyResponse['results'][number];

/** The answer for one text: its label, the score of every label, and what the model has read. */
export function classification({ label, scores, ...reading }: Result): HTMLElement {
  return element(
    'div',
    {},
    element('p', { className: 'verdict' }, 'Label: ', element('strong', {}, label)),
    element('ul', { className: 'scores' }, ...rankScores(scores).map(([name, score]) => scoreRow(name, score))),
    element('p', { className: reading.truncated ? 'note' : 'quiet' }, describeReading(reading)),
  );
}

function scoreRow(label: string, score: number): HTMLElement {
  const bar = element('span', { className: 'bar', ariaHidden: 'true' });
  bar.style.setProperty('--score', String(score));
  return element(
    'li',
    {},
    element('span', { className: 'label' }, label),
    bar,
    element('span', { className: 'score' }, formatProbability(score)),
  );
}
