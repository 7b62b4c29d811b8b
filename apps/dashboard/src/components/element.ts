type Child = Node | string;

/** An element with properties and children. Strings become text, never HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const result = Object.assign(document.createElement(tag), properties);
  result.append(...children);
  return result;
}

/** A list of names and values. */
export function factList(facts: readonly (readonly [name: string, value: Child])[]): HTMLElement {
  return element(
    'dl',
    { className: 'facts' },
    ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
  );
}

/** What went wrong, and a button to try again where that may help. */
export function errorNote(error: unknown, retry?: () => void): HTMLElement {
  const message = error instanceof Error ? error.message : String(error);
  const note = element('div', { className: 'note error', role: 'alert' }, element('p', {}, message));
  if (retry !== undefined) note.append(element('button', { type: 'button', onclick: retry }, 'Try again'));
  return note;
}
