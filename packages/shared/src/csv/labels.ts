import { nearest, UserError } from '../errors.ts';
import type { SourceConfig } from '../experiment/schema.ts';
import type { NamedBy } from './delimiter.ts';

/** Unknown values that an error lists. */
const mostListed = 20;
/** Characters of a value that may be a label's name: longer ones are texts. */
const longestLabel = 80;
/** A shorter word is near to too many others. */
const shortestNear = 4;

/** What a value of the label column stands for: the number of a label, a row that is left out, or nothing that is known. */
type Meaning = number | 'left out' | undefined;

/** Finds the labels of the rows of one file, and gathers the values that are none. */
export class LabelFinder {
  readonly #file: string;
  readonly #config: Pick<SourceConfig, 'label' | 'labels'>;
  readonly #labelNames: readonly string[];
  readonly #namedBy: NamedBy;
  readonly #unknown = new Map<string, { rows: number; readonly line: number }>();

  constructor(options: {
    readonly file: string;
    readonly config: Pick<SourceConfig, 'label' | 'labels'>;
    readonly labelNames: readonly string[];
    /** Default: `experiment`. */
    readonly namedBy?: NamedBy;
  }) {
    this.#file = options.file;
    this.#config = options.config;
    this.#labelNames = options.labelNames;
    this.#namedBy = options.namedBy ?? 'experiment';
  }

  /** By the mapping, else by the label names themselves. Remembers a value that is neither, with its line. */
  find(value: string, line: number): Meaning {
    const { labels = {} } = this.#config;
    const name = Object.hasOwn(labels, value) ? labels[value] : value;
    if (name === null) return 'left out';
    const label = this.#labelNames.indexOf(name);
    if (label >= 0) return label;
    const seen = this.#unknown.get(value);
    if (seen === undefined) this.#unknown.set(value, { rows: 1, line });
    else seen.rows++;
    return undefined;
  }

  /** Throws a UserError that lists all unknown values of the file, if there are any: the mapping or the file is wrong. */
  requireKnown(): void {
    const unknown = [...this.#unknown];
    if (unknown.length === 0) return;
    const listed = unknown.slice(0, mostListed).map(([value, { rows, line }]) => {
      const near = this.#near(value);
      return `${quoted(value)} (${rows === 1 ? `line ${line}` : `${rows} rows, the first in line ${line}`}${near === undefined ? '' : `; ${near.how}`})`;
    });
    const more = unknown.length - listed.length;
    throw new UserError(
      `${unknown.length === 1 ? 'a value of the column is no label' : `${unknown.length} values of the column are no labels`}: ` +
        `${listed.join(', ')}${more === 0 ? '' : ` and ${more} more`}; known here: ${this.#known().join(', ')}`,
      {
        place: { file: this.#file, line: unknown[0][1].line, field: this.#config.label },
        remedy: unknown.some(([value]) => value.length > longestLabel)
          ? `name the column of the labels: "${this.#config.label}" holds texts`
          : this.#mapping(unknown.map(([value]) => value)),
      },
    );
  }

  /** What would make these values known. */
  #mapping(values: readonly string[]): string {
    if (this.#namedBy === 'options') return 'correct the rows, or the names of the labels (--labels)';
    const listed = values
      .slice(0, mostListed)
      .map((value) => `${JSON.stringify(value)}: ${JSON.stringify(this.#near(value)?.label ?? null)}`);
    const more = values.length > listed.length ? ', ...' : '';
    return `correct the rows, or name the values in the source's "labels" in experiment.json, with null for rows that are to be left out: "labels": { ${listed.join(', ')}${more} }`;
  }

  /** The values of the mapping, then the label names that are not among them. */
  #known(): string[] {
    return [...new Set([...Object.keys(this.#config.labels ?? {}), ...this.#labelNames])];
  }

  /** The label that an unknown value seems to mean, and why. */
  #near(value: string): { readonly label: string | null; readonly how: string } | undefined {
    const known = this.#known();
    const labelOf = (word: string) => {
      const { labels = {} } = this.#config;
      return Object.hasOwn(labels, word) ? labels[word] : word;
    };
    const same = known.find((word) => plain(word) === plain(value));
    if (same !== undefined)
      return { label: labelOf(same), how: `but for capitals, spaces and hyphens it is ${quoted(same)}` };
    const near = value.length < shortestNear ? undefined : nearest(value, known);
    return near === undefined ? undefined : { label: labelOf(near), how: `is ${quoted(near)} meant?` };
  }
}

/** Without what is easily written in another way. */
function plain(value: string): string {
  return value.toLowerCase().replace(/[\s_-]+/g, '');
}

function quoted(value: string): string {
  return JSON.stringify(value.length > longestLabel ? `${value.slice(0, longestLabel)}…` : value);
}
