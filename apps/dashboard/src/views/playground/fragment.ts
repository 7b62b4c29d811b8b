/** Longer texts do not fit into a link that others can use. */
const longest = 8000;

/** The text of a shared link. */
export function readFragment(): string {
  return new URLSearchParams(location.hash.slice(1)).get('text') ?? '';
}

/** Puts the text into the address; one that is too long leaves it without. */
export function writeFragment(text: string): void {
  const fragment = text.length > longest ? '' : `#${new URLSearchParams({ text })}`;
  history.replaceState(null, '', location.pathname + location.search + fragment);
}
