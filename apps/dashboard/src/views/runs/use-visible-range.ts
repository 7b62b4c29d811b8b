import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { visibleRange } from '../../lib/virtual.ts';

/** As `--row` in runs.css, in pixels. */
export const rowHeight = 32;

/** After which a table that has been scrolled is at rest, in milliseconds. */
const restMs = 200;

/**
 * Which of `count` rows of the table that scrolls in `box` are to be drawn: at first those alone that are seen, then some around them, too.
 * `resting`: it is not being scrolled, and there is time for what can wait.
 */
export function useVisibleRange(count: number) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ top: 0, height: 800 });
  const [around, setAround] = useState(0);
  const [resting, setResting] = useState(false);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // Kept, as to ask for it while rows come in would make the browser lay them out at once.
    let height = place.height;
    let timer = setTimeout(() => setResting(true), restMs);
    const move = () => {
      const now = { top: element.scrollTop, height };
      // What draws the same rows is no change.
      setPlace((before) => (rangeKey(before) === rangeKey(now) ? before : now));
    };
    const observer = new ResizeObserver(([entry]) => {
      height = entry.contentRect.height;
      move();
    });
    observer.observe(element);
    const scrolled = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setResting(true), restMs);
      setResting(false);
      move();
    };
    element.addEventListener('scroll', scrolled, { passive: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      element.removeEventListener('scroll', scrolled);
    };
  }, []);
  useEffect(() => setAround(12), []);
  return { box, resting, range: visibleRange({ ...place, rowHeight, count }, { around }) };
}

function rangeKey(place: { readonly top: number; readonly height: number }): string {
  const { from, to } = visibleRange({ ...place, rowHeight, count: Number.POSITIVE_INFINITY });
  return `${from} ${to}`;
}
