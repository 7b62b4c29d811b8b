import { type AlignedCurves, valueAt } from '../lib/curves/align.ts';
import { seriesDash, seriesToken } from './series-style.ts';

/** Lines beyond which a legend says how many there are and shows the rest on demand. */
const mostShown = 12;

interface Props {
  readonly data: AlignedCurves;
  /** The place under the cursor; null: the last values are shown. */
  readonly place: number | null;
  readonly head: string;
  readonly format: (value: number) => string;
  readonly onFocus: (series: number | null) => void;
}

/** Names of the lines with their values under the cursor. */
export function CurveLegend({ data, place, head, format, onFocus }: Props) {
  const items = data.series.map(({ name, style, values }, i) => {
    const value = valueAt(values, place ?? values.length - 1);
    return (
      <li key={`${name} ${i}`} onPointerEnter={() => onFocus(i)} onPointerLeave={() => onFocus(null)}>
        <Swatch style={style} />
        <span class="name">{name}</span>
        <span class="value">{value === null ? '–' : format(value)}</span>
      </li>
    );
  });
  return (
    <div class="legend">
      <p class="quiet">{head === '' ? 'last' : `at ${head}`}</p>
      <ul>{items.slice(0, mostShown)}</ul>
      {items.length > mostShown && (
        <details>
          <summary>{items.length - mostShown} more</summary>
          <ul>{items.slice(mostShown)}</ul>
        </details>
      )}
    </div>
  );
}

/** The line of a series, as it is in the charts. */
export function Swatch({ style }: { style: number }) {
  return (
    <svg class="swatch" width="22" height="10" viewBox="0 0 22 10" aria-hidden="true">
      <line
        x1="0"
        x2="22"
        y1="5"
        y2="5"
        stroke={`var(${seriesToken(style)})`}
        stroke-width="2.5"
        stroke-dasharray={seriesDash(style).join(' ')}
      />
    </svg>
  );
}
