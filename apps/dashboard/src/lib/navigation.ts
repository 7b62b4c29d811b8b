import { useEffect, useState } from 'preact/hooks';
import { changeQuery, formatUrl } from './route.ts';

/** Told when the URL changes, however: a link, a view, or the browser's buttons. */
const listeners = new Set<() => void>();
window.addEventListener('popstate', announce);

function announce(): void {
  for (const listener of listeners) listener();
}

/** Goes to a URL of this page. `replace` leaves no step for the browser's back button. */
export function navigate(url: string, { replace = false } = {}): void {
  if (url === location.pathname + location.search) return;
  if (replace) history.replaceState(null, '', url);
  else history.pushState(null, '', url);
  announce();
}

/** Sets values of the URL's query; empty ones go. */
export function setQuery(changes: Readonly<Record<string, string | undefined>>, options?: { replace?: boolean }): void {
  navigate(formatUrl(location.pathname, changeQuery(new URLSearchParams(location.search), changes)), options);
}

/** The URL as it is now; whoever uses it is drawn again when it changes. */
export function useUrl(): { readonly path: string; readonly query: URLSearchParams } {
  const [url, setUrl] = useState(read);
  useEffect(() => {
    const update = () => setUrl(read());
    listeners.add(update);
    update();
    return () => void listeners.delete(update);
  }, []);
  return url;
}

let last: { readonly href: string; readonly path: string; readonly query: URLSearchParams } | undefined;

/** The same object for the same URL, so that hooks see no change. */
function read() {
  if (last?.href !== location.href) {
    last = { href: location.href, path: location.pathname, query: new URLSearchParams(location.search) };
  }
  return last;
}

/** Follows a click on a link of this page without loading it anew; to be put on `document`. */
export function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const link = event.target instanceof Element ? event.target.closest('a[href]') : null;
  if (!(link instanceof HTMLAnchorElement) || link.target !== '' || link.hasAttribute('download')) return;
  const { origin, pathname, search } = new URL(link.href);
  if (origin !== location.origin || link.hash !== '' || /^\/(docs|openapi\.json|v1|api)\b/.test(pathname)) return;
  event.preventDefault();
  navigate(pathname + search);
}
