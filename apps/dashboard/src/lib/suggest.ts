import { aggregates, columns, keywords, operators } from '@retort/tracking/filter';
import { quoteName } from './columns.ts';

export interface Suggestions {
  /** The part of the text that a suggestion takes the place of. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly string[];
}

export interface Names {
  readonly figures: readonly string[];
  readonly metrics: readonly string[];
  readonly config: readonly string[];
}

const word = /[\w.@/-]*$/;
const mostOptions = 12;

/** What could stand where the caret is: names, or after a name a comparison. */
export function suggest(text: string, caret: number, names: Names): Suggestions {
  const before = text.slice(0, caret);
  const typed = word.exec(before)?.[0] ?? '';
  const from = caret - typed.length;
  const rest = before.slice(0, from);
  const none = { from, to: caret, options: [] };
  // Within quotes, or where a value stands, nothing helps.
  if ((rest.match(/"/g)?.length ?? 0) % 2 === 1 || /([=<>~]|\bin\s*\([^)]*)\s*$/i.test(rest)) return none;
  const inside = new RegExp(`\\b(figure|${aggregates.join('|')})\\(\\s*$`).exec(rest);
  const options =
    inside !== null ? (inside[1] === 'figure' ? names.figures : names.metrics).map(quoteName) : words(rest, names);
  const wanted = typed.toLowerCase();
  const matching = options.filter((option) => option.toLowerCase().includes(wanted) && option !== typed);
  const ranked = matching.sort((a, b) => rank(a, wanted) - rank(b, wanted));
  return { from, to: caret, options: [...new Set(ranked)].slice(0, mostOptions) };
}

function words(rest: string, { figures, metrics, config }: Names): string[] {
  const beforeName = /(^|\(|\b(and|or|not)\s)\s*$/i.test(rest);
  if (beforeName) {
    return [
      ...Object.keys(columns),
      ...figures.map(quoteName),
      ...metrics.map(quoteName),
      ...config.map((name) => `config.${name}`),
    ];
  }
  const afterName = /(^|\(|\b(and|or|not)\s)\s*("[^"]*"|[\w.@/-]+(\([^)]*\))?)\s+$/i.test(rest);
  if (afterName) return [...operators, 'in', 'is null', 'is not null'];
  return /\s$/.test(rest) ? keywords.filter((keyword) => keyword === 'and' || keyword === 'or') : [];
}

/** What begins with the typed text comes first. */
function rank(option: string, wanted: string): number {
  return option.toLowerCase().startsWith(wanted) ? 0 : 1;
}
