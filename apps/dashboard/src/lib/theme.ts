import { useEffect, useState } from 'preact/hooks';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
const announce = () => {
  for (const listener of listeners) listener();
};
dark.addEventListener('change', announce);

/** What was chosen; `system` follows the system's. `public/theme.js` has set it before the first paint. */
export function chosenTheme(): Theme {
  return themes.find((theme) => theme === document.documentElement.dataset.theme) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  if (theme === 'system') localStorage.removeItem('retort.theme');
  else localStorage.setItem('retort.theme', theme);
  announce();
}

/** The theme that is to be seen: what is drawn on a canvas has to be drawn again when it changes. */
export function useShownTheme(): 'light' | 'dark' {
  const [shown, setShown] = useState(shownTheme);
  useEffect(() => {
    const update = () => setShown(shownTheme());
    listeners.add(update);
    update();
    return () => void listeners.delete(update);
  }, []);
  return shown;
}

function shownTheme(): 'light' | 'dark' {
  const chosen = chosenTheme();
  if (chosen !== 'system') return chosen;
  return dark.matches ? 'dark' : 'light';
}

/** The colour that a token such as `--series-1` has now, as canvas and exported files need it: `rgb(...)`. */
export function tokenColor(token: `--${string}`): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
