import { useEffect, useState } from 'preact/hooks';
import type { LiveState, LiveStream } from '../lib/live.ts';
import type { Route } from '../lib/route.ts';
import { chooseTheme, chosenTheme, themes } from '../lib/theme.ts';

const views = [
  { view: 'runs', url: '/', name: 'Runs' },
  { view: 'compare', url: '/compare', name: 'Compare' },
  { view: 'tradeoff', url: '/tradeoff', name: 'Trade-off' },
  { view: 'playground', url: '/playground', name: 'Playground' },
] as const;

/** Name, views, the stream's state, key and theme. */
export function Header({ view, live, onKey }: { view: Route['view']; live: LiveStream; onKey: () => void }) {
  return (
    <header class="top">
      <a class="brand" href="/">
        <img src="/favicon.svg" alt="" width="20" height="20" />
        Retort
      </a>
      <nav aria-label="Views">
        {views.map(({ view: name, url, name: title }) => (
          <a key={name} href={url} aria-current={view === name ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <div class="tools">
        <LiveMark live={live} />
        <button type="button" class="plain" onClick={onKey}>
          API key
        </button>
        <ThemeSwitch />
        <a class="plain" href="/docs">
          Docs
        </a>
      </div>
    </header>
  );
}

function ThemeSwitch() {
  const [theme, setTheme] = useState(chosenTheme);
  return (
    <select
      class="plain"
      aria-label="Theme"
      value={theme}
      onChange={(event) => {
        const chosen = themes.find((known) => known === event.currentTarget.value) ?? 'system';
        chooseTheme(chosen);
        setTheme(chosen);
      }}
    >
      {themes.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Whether what is shown follows what happens. */
function LiveMark({ live }: { live: LiveStream }) {
  const [state, setState] = useState(live.state);
  useEffect(() => {
    setState(live.state);
    return live.watch(setState);
  }, [live]);
  const text = describe(state);
  if (text === undefined) return null;
  return (
    <span class={`live ${state.kind}`} role="status" title={'reason' in state ? state.reason : undefined}>
      <span class="dot" aria-hidden="true" />
      {text}
      {state.kind === 'waiting' && (
        <button type="button" class="plain" onClick={() => live.retry()}>
          Try now
        </button>
      )}
    </span>
  );
}

function describe(state: LiveState): string | undefined {
  switch (state.kind) {
    case 'off':
      return undefined;
    case 'connecting':
      return 'Connecting';
    case 'live':
      return 'Live';
    case 'waiting':
      return 'Connection lost';
    case 'refused':
      return 'Not live';
  }
}
