/** What a run's row holds, by the names that filters use. */
export const columns = {
  run: 'text',
  experiment: 'text',
  project: 'text',
  stage: 'text',
  status: 'text',
  seed: 'number',
  started: 'time',
  ended: 'time',
  took: 'duration',
  commit: 'text',
  dirty: 'boolean',
  host: 'text',
  folder: 'text',
  reason: 'text',
  notes: 'text',
  tags: 'tags',
  archived: 'boolean',
} as const;

export type Column = keyof typeof columns;
export type ColumnType = (typeof columns)[Column];

export const documents = ['config', 'engine', 'machine', 'versions'] as const;
export const aggregates = ['last', 'min', 'max', 'points'] as const;

export type Field =
  | { readonly kind: 'column'; readonly name: Column }
  /** A place in the run's configuration, or in what is known of its engine, machine or versions. */
  | { readonly kind: 'document'; readonly document: (typeof documents)[number]; readonly path: readonly string[] }
  /** A final figure. */
  | { readonly kind: 'figure'; readonly name: string }
  /** Of a metric's curve; its values that are no numbers do not count. */
  | { readonly kind: 'metric'; readonly aggregate: (typeof aggregates)[number]; readonly name: string }
  /** A name alone: the final figure, else the metric's last value, else the place in the configuration. */
  | { readonly kind: 'name'; readonly name: string };

export type Literal =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** ISO 8601, UTC. */
  | { readonly kind: 'time'; readonly value: string }
  /** So many seconds before now. */
  | { readonly kind: 'ago'; readonly value: number };

export const operators = ['=', '!=', '<', '<=', '>', '>=', '~', '!~'] as const;
export type Operator = (typeof operators)[number];

/**
 * A condition on runs. What a run does not have fulfils no comparison, `!=` included; `not` turns exactly that round. An
 * empty `and` holds for all.
 */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'compare'; readonly field: Field; readonly operator: Operator; readonly value: Literal }
  | { readonly kind: 'in'; readonly field: Field; readonly values: readonly Literal[] }
  | { readonly kind: 'missing'; readonly field: Field };

export const keywords: readonly string[] = ['and', 'or', 'not', 'in', 'is', 'null', 'true', 'false'];
