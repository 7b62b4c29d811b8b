import { useMemo } from 'preact/hooks';
import { CurveChart } from '../../charts/curve-chart.tsx';
import { CurveControls } from '../../charts/curve-controls.tsx';
import { useCurves } from '../../charts/use-curves.ts';
import { EmptyNote, ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { type CompareState, firstMetrics, formatRange } from '../../lib/compare-state.ts';
import { axisOf, hasCourse, linesOf } from '../../lib/curves/draw-lines.ts';
import { stepsWithin } from '../../lib/curves/refine.ts';
import { speedMetric, xTitles } from '../../lib/curves/x-axis.ts';
import { formatClock, formatNumber } from '../../lib/figures.ts';
import { setQuery } from '../../lib/navigation.ts';
import type { ComparedRun } from './compared-run.ts';

/** Points of all curves together, about: more are not seen, and cost time. */
const allPoints = 30_000;

/** The curves of all runs over each other, a chart a metric. */
export function CompareCurves({
  runs,
  state,
  metrics,
}: {
  runs: readonly ComparedRun[];
  state: CompareState;
  metrics: readonly string[];
}) {
  const { by, smoothing, logarithmic, zoom } = state;
  const shown = (state.metrics ?? firstMetrics(metrics)).filter((metric) => metrics.includes(metric));
  // 500 curves are what the server draws at once.
  const most = Math.max(1, Math.floor(500 / runs.length) - 1);
  const asked = [...new Set([...shown.slice(0, most), ...(by === 'tokens' ? [speedMetric] : [])])];
  const points = Math.min(1000, Math.max(50, Math.floor(allPoints / (runs.length * asked.length))));
  const { curves, error, loading, reload } = useCurves(state.runs, asked, {
    points,
    within: (coarse) => (zoom === null ? undefined : stepsWithin(zoom, coarse, runs, by)),
  });
  const charts = useMemo(
    () =>
      shown
        .slice(0, most)
        .map((metric) => {
          const own = axisOf(metric, curves, by);
          return { metric, own, lines: linesOf(metric, curves, runs, { by: own, smoothing }) };
        })
        // Figures that a stage wrote once are no curves; who chooses them sees them all the same.
        .filter(
          ({ metric, own }) =>
            state.metrics !== undefined || (own === by && by !== 'time') || hasCourse(metric, curves),
        ),
    [curves, runs, by, smoothing, shown.join(), state.metrics === undefined],
  );
  if (metrics.length === 0) {
    return (
      <EmptyNote title="None of these runs has curves.">
        <p>Runs of finetune and distill have: they write a point a step.</p>
      </EmptyNote>
    );
  }
  return (
    <section aria-labelledby="curves-title">
      <div class="section-head">
        <h2 id="curves-title">Curves</h2>
        <CurveControls state={state} metrics={metrics} shown={shown} />
      </div>
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      {curves.length === 0 && loading ? (
        <LoadingNote what="Loading curves" />
      ) : (
        <div class="charts">
          {charts.map(({ metric, own, lines }) => (
            <CurveChart
              key={metric}
              title={metric}
              file={`compare-${metric}`}
              xTitle={xTitles[own]}
              formatX={own === 'time' ? formatClock : formatNumber}
              sync={own === by ? 'compare' : `compare ${own}`}
              range={own === by ? zoom : null}
              onZoom={(range) => own === by && setQuery({ zoom: formatRange(range) })}
              {...{ lines, logarithmic }}
            />
          ))}
        </div>
      )}
      {charts.length === 0 && !loading && (
        <p class="quiet">Those that come first have a single value each. Choose others by the button “Curves”.</p>
      )}
      {by === 'tokens' && (
        <p class="quiet">Tokens are the speed of training summed up over time; runs without one are not drawn.</p>
      )}
    </section>
  );
}
