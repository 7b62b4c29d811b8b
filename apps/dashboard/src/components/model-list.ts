import type { ModelDescription } from '@retort/server/client';
import { formatBytes, formatFigure, formatProbability } from '../lib/format.ts';
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
      ['Reads up to', `${model.maxTokens} tokens; ${longTexts[model.longTexts]}`],
      ...decision(model),
      ['Size', formatBytes(model.sizeBytes)],
      ['Architecture', model.architecture || 'not told'],
      ['File', model.file],
      ['sha256', element('code', { className: 'hash' }, model.sha256)],
    ]),
  );
  if (model.run !== null) card.append(...runFacts(model.run));
  return card;
}

const longTexts = {
  windows: 'longer texts by windows',
  head: 'of longer texts the beginning',
  head_tail: 'of longer texts beginning and end',
} as const satisfies Record<ModelDescription['longTexts'], string>;

function decision({ calibration }: ModelDescription): [name: string, value: string][] {
  if (calibration === null) return [];
  const { temperature, threshold } = calibration;
  return [
    ['Temperature', formatFigure(temperature)],
    ...(threshold === null
      ? []
      : [['Says', `${threshold.label} from ${formatProbability(threshold.value)} on`] satisfies [string, string]]),
  ];
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
