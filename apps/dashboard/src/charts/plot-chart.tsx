import * as Plot from '@observablehq/plot';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { navigate } from '../lib/navigation.ts';
import { useShownTheme } from '../lib/theme.ts';
import { ChartFigure, type ChartTable } from './chart-figure.tsx';
import { useWidth } from './use-width.ts';

interface Props {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly file: string;
  readonly table: () => ChartTable;
  /** What the picture shows, in a sentence. */
  readonly description: string;
  /** The chart at a width; drawn anew when one of `of` changes. */
  readonly draw: (width: number) => Plot.PlotOptions;
  readonly of: readonly unknown[];
  readonly controls?: ComponentChildren;
}

/** A chart by Observable Plot. Who clicks on a mark whose datum has a `url` goes there. */
export function PlotChart({ title, note, file, table, description, draw, of, controls }: Props) {
  const theme = useShownTheme();
  const { ref, width } = useWidth<HTMLDivElement>();
  const drawn = useRef<SVGSVGElement | null>(null);
  useEffect(() => {
    const place = ref.current;
    if (place === null || width === 0) return;
    const svg = plotSvg({ ...draw(width), width, ariaLabel: title, ariaDescription: description });
    svg.addEventListener('click', () => {
      const url = urlOf('value' in svg ? svg.value : undefined);
      if (url !== undefined) navigate(url);
    });
    drawn.current = svg;
    place.replaceChildren(svg);
    return () => svg.remove();
  }, [width, theme, ...of]);
  return (
    <ChartFigure {...{ title, note, file, table, controls }} svg={() => drawn.current}>
      <div ref={ref} class="plot-place" />
    </ChartFigure>
  );
}

/** A drawn chart, without the style element that Plot puts into it: the content security policy refuses that, and `base.css` has its rules. */
export function plotSvg(options: Plot.PlotOptions): SVGSVGElement {
  const drawn = Plot.plot({ figure: false, className: 'plot', ...options });
  if (!(drawn instanceof SVGSVGElement)) throw new Error('Plot has drawn no SVG');
  drawn.querySelector('style')?.remove();
  drawn.setAttribute('role', 'img');
  // Plot names its groups ("dot", "line"), which groups without a role may not be; nobody reads them in a picture.
  for (const group of drawn.querySelectorAll('g[aria-label]')) {
    group.setAttribute('data-mark', group.getAttribute('aria-label') ?? '');
    group.removeAttribute('aria-label');
  }
  return drawn;
}

function urlOf(datum: unknown): string | undefined {
  return typeof datum === 'object' && datum !== null && 'url' in datum && typeof datum.url === 'string'
    ? datum.url
    : undefined;
}
