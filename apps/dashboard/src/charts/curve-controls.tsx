import type { CompareState } from '../lib/compare-state.ts';
import { xAxes, xTitles } from '../lib/curves/x-axis.ts';
import { setQuery } from '../lib/navigation.ts';

interface ControlsProps {
  readonly state: Pick<CompareState, 'by' | 'smoothing' | 'logarithmic'>;
  readonly metrics: readonly string[];
  readonly shown: readonly string[];
}

/** How curves are drawn, and which; all of it is in the URL. */
export function CurveControls({ state, metrics, shown }: ControlsProps) {
  const toggle = (metric: string) =>
    setQuery({
      metrics:
        (shown.includes(metric) ? shown.filter((one) => one !== metric) : [...shown, metric]).join(',') || 'none',
    });
  return (
    <div class="controls">
      <label>
        by
        <select value={state.by} onChange={(event) => setQuery({ x: event.currentTarget.value, zoom: undefined })}>
          {xAxes.map((axis) => (
            <option key={axis} value={axis}>
              {xTitles[axis]}
            </option>
          ))}
        </select>
      </label>
      <label>
        smoothing
        <input
          type="range"
          min="0"
          max="0.99"
          step="0.01"
          value={state.smoothing}
          onInput={(event) =>
            setQuery(
              { smooth: event.currentTarget.value === '0' ? undefined : event.currentTarget.value },
              { replace: true },
            )
          }
        />
        <output>{state.smoothing.toFixed(2)}</output>
      </label>
      <label>
        <input
          type="checkbox"
          checked={state.logarithmic}
          onChange={(event) => setQuery({ y: event.currentTarget.checked ? 'log' : undefined })}
        />
        log scale
      </label>
      <details class="menu">
        <summary class="button">
          Curves {shown.length} of {metrics.length}
        </summary>
        <div class="menu-body card">
          {metrics.map((metric) => (
            <label key={metric}>
              <input type="checkbox" checked={shown.includes(metric)} onChange={() => toggle(metric)} />
              {metric}
            </label>
          ))}
        </div>
      </details>
    </div>
  );
}
