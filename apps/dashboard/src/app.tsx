import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Header } from './components/header.tsx';
import { type KeyAsker, KeyDialog } from './components/key-dialog.tsx';
import { lazyView } from './components/lazy-view.tsx';
import { EmptyNote } from './components/notes.tsx';
import { type Page, PageContext } from './context.ts';
import { type Api, RequestError } from './lib/api.ts';
import type { LiveStream } from './lib/live.ts';
import { useUrl } from './lib/navigation.ts';
import { parsePath, type Route } from './lib/route.ts';

const views = {
  runs: lazyView(() => import('./views/runs/index.tsx')),
  compare: lazyView(() => import('./views/compare/index.tsx')),
  tradeoff: lazyView(() => import('./views/tradeoff/index.tsx')),
  run: lazyView(() => import('./views/run/index.tsx')),
  playground: lazyView(() => import('./views/playground/index.tsx')),
};

/** Begins to load the view of a path, so that it comes while the page's head is drawn. What goes wrong is told where the view is shown. */
export function loadView(path: string): void {
  const { view } = parsePath(path);
  if (view !== 'unknown') views[view].load().catch(() => {});
}

const titles = {
  runs: 'Runs',
  compare: 'Compare',
  tradeoff: 'Trade-off',
  run: 'Run',
  playground: 'Playground',
  unknown: 'Not found',
} as const satisfies Record<Route['view'], string>;

/** How long a message stays. */
const messageMs = 8000;

/** The whole page: its head, and the view that the URL names. */
export function App({ api, live }: { api: Api; live: LiveStream }) {
  const { path } = useUrl();
  const route = useMemo(() => parsePath(path), [path]);
  const [message, setMessage] = useState('');
  const asker = useRef<KeyAsker>(null);
  const page = useMemo<Page>(
    () => ({ api, live, tell: setMessage, withKey: (work) => withKey(work, asker.current) }),
    [api, live],
  );

  useEffect(() => {
    if (message === '') return;
    const timer = setTimeout(() => setMessage(''), messageMs);
    return () => clearTimeout(timer);
  }, [message]);

  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    document.title = `${titles[route.view]} · Retort`;
    setMessage('');
    // Who works with the keyboard or listens goes on in the new view, as after any page that is loaded.
    if (shown.current !== path) main.current?.focus({ preventScroll: true });
    shown.current = path;
  }, [path]);

  return (
    <PageContext.Provider value={page}>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Header view={route.view} live={live} onKey={() => void asker.current?.ask()} />
      <main id="content" ref={main} tabIndex={-1} class={`view-${route.view}`}>
        <View route={route} />
      </main>
      <p class={message === '' ? 'message hidden' : 'message'} role="status">
        {message}
      </p>
      <KeyDialog asker={asker} />
    </PageContext.Provider>
  );
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'runs':
      return <views.runs />;
    case 'compare':
      return <views.compare />;
    case 'tradeoff':
      return <views.tradeoff />;
    case 'run':
      return <views.run key={route.run} run={route.run} />;
    case 'playground':
      return <views.playground />;
    case 'unknown':
      return (
        <EmptyNote title="There is no such page.">
          <p>
            <a href="/">Go to the runs</a>
          </p>
        </EmptyNote>
      );
  }
}

/** Once more with a key, as often as one is given. */
async function withKey<T>(work: () => Promise<T>, asker: KeyAsker | null): Promise<T> {
  while (true) {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof RequestError && error.status === 401;
      if (!refused || asker === null || !(await asker.ask(error.message))) throw error;
    }
  }
}
