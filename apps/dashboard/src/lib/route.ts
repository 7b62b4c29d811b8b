/** What of the page a URL shows. All else of a view's state is in the URL's query. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'compare' }
  | { readonly view: 'tradeoff' }
  | { readonly view: 'run'; readonly run: string }
  | { readonly view: 'playground' }
  | { readonly view: 'unknown' };

/** The route of a path such as `/runs/3f1a...`. */
export function parsePath(path: string): Route {
  const [first = '', second, ...more] = path.replace(/^\/|\/$/g, '').split('/');
  if (more.length > 0) return { view: 'unknown' };
  if (first === 'runs' && second !== undefined) return { view: 'run', run: decode(second) };
  if (second !== undefined) return { view: 'unknown' };
  if (first === '') return { view: 'runs' };
  if (first === 'compare' || first === 'tradeoff' || first === 'playground') return { view: first };
  return { view: 'unknown' };
}

/** Whether a text may be the id of a run, so that it is worth to ask for it. */
export function isRunId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The URL of a run's page. */
export function runUrl(run: string): string {
  return `/runs/${encodeURIComponent(run)}`;
}

/** The URL that compares runs; the first one is the baseline unless another is named. */
export function compareUrl(runs: readonly string[], baseline?: string): string {
  return withQuery('/compare', { runs: runs.join(','), baseline });
}

/** A path with those values that there are, commas and colons left readable. */
export function withQuery(path: string, values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return formatUrl(path, new URLSearchParams(given));
}

/** A query with some values set, or taken out where they are empty. */
export function changeQuery(
  query: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const changed = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') changed.delete(name);
    else changed.set(name, value);
  }
  return changed;
}

export function formatUrl(path: string, query: URLSearchParams): string {
  const text = String(query)
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%28', '(')
    .replaceAll('%29', ')');
  return text === '' ? path : `${path}?${text}`;
}

/** The parts of a list such as `a,b`. */
export function listOf(value: string | null): string[] {
  return (value ?? '').split(',').filter((part) => part !== '');
}

/** The number of a page of a list, from 1; the first where none is said. */
export function pageOf(value: string | null): number {
  return /^[1-9]\d{0,5}$/.test(value ?? '') ? Number(value) : 1;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
