import type { ModelDescription } from '@retort/server/client';
import { formatBytes, formatFigure } from '../lib/format.ts';
import { element, factList } from './element.ts';

export function modelList(models: readonly ModelDescription[]): HTMLElement {
  if (models.length === 0) {
    return element(
      'p',
      { className: 'note' },
      'This server serves no model. Start one that does: ',
      element('code', {}, 'nx run server:serve'),
    );
  }
  return element('ul', { className: 'models' }, ...models.map((model) => element('li', {}, modelCard(model))));
}

function modelCard(model: ModelDescription): HTMLElement {
  const card = element(
    'article',
    { className: 'card' },
    element('h3', {}, model.id),
    factList([
      ['Labels', model.labels.join(', ')],
      ['Reads up to', `${model.maxTokens} tokens`],
      ['Size', formatBytes(model.sizeBytes)],
      ['Architecture', model.architecture || 'not told'],
      ['File', model.file],
      ['sha256', element('code', { className: 'hash' }, model.sha256)],
    ]),
  );
  if (model.run !== null) card.append(...runFacts(model.run));
  return card;
}

function runFacts(run: NonNullable<ModelDescription['run']>): HTMLElement[] {
  const figures = Object.entries(run.metrics).map(([name, value]) => [name, formatFigure(value)] as const);
  return [
    element('h4', {}, 'Made by'),
    factList([
      ['Experiment', run.experiment],
      ['Stage', run.stage],
      ['Ended', new Date(run.endedAt).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })],
      ...(run.seed === null ? [] : [['Seed', String(run.seed)] as const]),
      ...figures,
    ]),
  ];
}
