import 'uplot/dist/uPlot.min.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { type AlignedCurves, alignLines, type Line, valueAt } from '../lib/curves/align.ts';
import { formatNumber } from '../lib/figures.ts';
import { useShownTheme } from '../lib/theme.ts';
import { ChartFigure, type ChartTable } from './chart-figure.tsx';
import { CurveLegend } from './curve-legend.tsx';
import { columnsOf, createCurvePlot } from './curve-plot.ts';
import { useWidth } from './use-width.ts';

interface Props {
  readonly title: string;
  readonly file: string;
  readonly lines: readonly Line[];
  readonly xTitle: string;
  readonly formatX: (value: number) => string;
  readonly formatY?: (value: number) => string;
  readonly logarithmic?: boolean;
  readonly sync: string;
  readonly range: readonly [number, number] | null;
  readonly onZoom: (range: readonly [number, number] | null) => void;
  readonly height?: number;
}

/** Curves that are looked at: cursor and zoom go with the other charts of the same `sync`, by the pointer and by keys. */
export function CurveChart(props: Props) {
  const { title, file, lines, xTitle, formatX, formatY = formatNumber, logarithmic = false, range, onZoom } = props;
  const { sync, height = 240 } = props;
  const theme = useShownTheme();
  const { ref, width } = useWidth<HTMLDivElement>();
  const plot = useRef<uPlot | null>(null);
  const [cursor, setCursor] = useState<number | null>(null);
  const data = useMemo(() => alignLines(lines, { logarithmic }), [lines, logarithmic]);
  const names = JSON.stringify(data.series.map(({ name, style }) => [name, style]));
  const visible = range === null ? '' : range.join(' ');

  useEffect(() => {
    if (ref.current === null || width === 0) return;
    const made = createCurvePlot(ref.current, {
      ...{ width, height, data, logarithmic, sync, xTitle, formatX, formatY, range, onZoom },
      onCursor: setCursor,
    });
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [width, height, theme, names, logarithmic, sync, xTitle, visible]);
  // Points that come in are put into the chart that is there.
  useEffect(() => plot.current?.setData(columnsOf(data)), [data]);

  const move = (place: number) => {
    const at = Math.min(data.x.length - 1, Math.max(0, place));
    if (plot.current === null || data.x.length === 0) return;
    plot.current.setCursor({ left: plot.current.valToPos(data.x[at], 'x'), top: height / 3 });
  };
  const place = cursor !== null && cursor < data.x.length ? cursor : null;
  const onKeyDown = (event: KeyboardEvent) => {
    const zoom = { '+': 0.5, '-': 2 }[event.key];
    if ((zoom === undefined && event.key !== '0') || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onZoom(zoom === undefined || data.x.length === 0 ? null : zoomed(data, range, place ?? 0, zoom));
  };

  const said = place === null ? '' : `${xTitle} ${formatX(data.x[place])}: ${describe(data, place, formatY)}`;
  return (
    <ChartFigure
      {...{ title, file }}
      table={() => tableOf(data, xTitle)}
      svg={async () => {
        // Observable Plot is larger than all else here, and curves need it for files alone.
        const { curveSvg } = await import('./curve-svg.ts');
        return curveSvg(data, { title, xTitle, logarithmic, range });
      }}
      controls={
        range !== null && (
          <button type="button" class="plain" onClick={() => onZoom(null)}>
            Zoom out
          </button>
        )
      }
    >
      <div class="curves">
        <div ref={ref} class="plot-place" style={{ minHeight: `${height}px` }} />
        <input
          type="range"
          class="cursor-slider"
          min={0}
          max={Math.max(0, data.x.length - 1)}
          value={place ?? 0}
          aria-label={`${title}: the cursor on ${data.series.length} curves. Plus and minus zoom, 0 shows all.`}
          aria-valuetext={said}
          onInput={(event) => move(event.currentTarget.valueAsNumber)}
          onKeyDown={onKeyDown}
        />
      </div>
      <CurveLegend
        data={data}
        place={place}
        head={place === null ? '' : formatX(data.x[place])}
        format={formatY}
        onFocus={(series) => plot.current?.setSeries(series === null ? null : series + 1, { focus: series !== null })}
      />
    </ChartFigure>
  );
}

function describe(data: AlignedCurves, place: number, format: (value: number) => string): string {
  return data.series
    .map(({ name, values }) => {
      const value = valueAt(values, place);
      return `${name} ${value === null ? 'nothing' : format(value)}`;
    })
    .join(', ');
}

function zoomed(
  { x }: AlignedCurves,
  range: readonly [number, number] | null,
  place: number,
  factor: number,
): [number, number] | null {
  const [low, high] = range ?? [x[0], x[x.length - 1]];
  const half = ((high - low) * factor) / 2;
  const next: [number, number] = [Math.max(x[0], x[place] - half), Math.min(x[x.length - 1], x[place] + half)];
  return next[0] <= x[0] && next[1] >= x[x.length - 1] ? null : next;
}

function tableOf({ x, series }: AlignedCurves, xTitle: string): ChartTable {
  return {
    head: [xTitle, ...series.map(({ name }) => name)],
    rows: x.map((place, i) => [place, ...series.map(({ values }) => values[i])]),
  };
}
