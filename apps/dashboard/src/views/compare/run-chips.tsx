import { Swatch } from '../../charts/curve-legend.tsx';
import type { CompareState } from '../../lib/compare-state.ts';
import { setQuery } from '../../lib/navigation.ts';
import { runUrl } from '../../lib/route.ts';
import type { ComparedRun } from './compared-run.ts';

/** The runs, each with its line; here the baseline is chosen and runs are taken out. */
export function RunChips({ runs, state }: { runs: readonly ComparedRun[]; state: CompareState }) {
  const without = (gone: string) =>
    setQuery({
      runs: state.runs.filter((run) => run !== gone).join(','),
      baseline: state.baseline === gone ? undefined : state.baseline,
    });
  return (
    <ul class="chips" aria-label="Runs">
      {runs.map(({ run, name, style, status }) => (
        <li key={run} class={run === state.baseline ? 'chip baseline' : 'chip'}>
          <Swatch style={style} />
          <a href={runUrl(run)}>{name}</a>
          {status !== 'succeeded' && <span class="quiet">{status}</span>}
          {run === state.baseline ? (
            <strong>baseline</strong>
          ) : (
            <button
              type="button"
              class="plain"
              onClick={() => setQuery({ baseline: run })}
              aria-label={`${name} as baseline`}
            >
              as baseline
            </button>
          )}
          <button type="button" class="plain" onClick={() => without(run)} aria-label={`Take ${name} out`}>
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}
