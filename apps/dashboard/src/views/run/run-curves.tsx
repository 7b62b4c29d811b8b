import type { RunDetail } from '@retort/server/client';
import { useMemo } from 'preact/hooks';
import { CurveChart } from '../../charts/curve-chart.tsx';
import { CurveControls } from '../../charts/curve-controls.tsx';
import { useCurves } from '../../charts/use-curves.ts';
import { ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { firstMetrics, formatRange, readCompare } from '../../lib/compare-state.ts';
import { linesOf } from '../../lib/curves/draw-lines.ts';
import { stepsWithin } from '../../lib/curves/refine.ts';
import { resourceLines, resourceMetrics, resources } from '../../lib/curves/resources.ts';
import { speedMetric, xTitles } from '../../lib/curves/x-axis.ts';
import { formatClock, formatNumber } from '../../lib/figures.ts';
import { setQuery, useUrl } from '../../lib/navigation.ts';

/** The curves of a run, which grow while it writes, and what its processes use. */
export function RunCurves({ run, onNews }: { run: RunDetail; onNews: () => void }) {
  const { query } = useUrl();
  const { by, smoothing, logarithmic, zoom, metrics } = useMemo(() => readCompare(query), [query]);
  const known = Object.keys(run.curves)
    .filter((metric) => !resourceMetrics.includes(metric) && run.curves[metric].points > 1)
    .sort();
  const shown = (metrics ?? firstMetrics(known)).filter((metric) => known.includes(metric));
  const noted = resourceMetrics.filter((metric) => run.curves[metric] !== undefined);
  const asked = [...new Set([...shown, ...noted, ...(by === 'tokens' ? [speedMetric] : [])])];
  // A run that has just begun has no curves yet, and is followed all the same.
  const drawn = useMemo(() => [{ run: run.run, name: run.stage, startedAt: run.startedAt }], [run.run]);
  const { curves, error, loading, reload } = useCurves([run.run], asked, {
    points: 1500,
    within: (coarse) => (zoom === null ? undefined : stepsWithin(zoom, coarse, drawn, by)),
    onRun: onNews,
  });
  const lines = useMemo(
    () => new Map(shown.map((metric) => [metric, linesOf(metric, curves, drawn, { by, smoothing })])),
    [curves, drawn, by, smoothing, shown.join()],
  );
  const used = useMemo(
    () => resources.map((resource) => ({ resource, lines: resourceLines(resource, curves, drawn[0]) })),
    [curves, drawn],
  );
  const hasWorkers = resources.some(({ workers }) => noted.includes(workers));
  const common = {
    logarithmic,
    onZoom: (range: readonly [number, number] | null) => setQuery({ zoom: formatRange(range) }),
  };
  return (
    <>
      {(known.length > 0 || run.status === 'running') && (
        <section aria-labelledby="curves-title">
          <div class="section-head">
            <h2 id="curves-title">Curves</h2>
            {known.length > 0 && <CurveControls state={{ by, smoothing, logarithmic }} metrics={known} shown={shown} />}
          </div>
          {error !== undefined && <ErrorNote error={error} retry={reload} />}
          {known.length === 0 && <p class="quiet">No points yet; they appear here as they are written.</p>}
          {curves.length === 0 && loading && <LoadingNote what="Loading curves" />}
          <div class="charts">
            {shown.map((metric) => (
              <CurveChart
                key={metric}
                title={metric}
                file={`${run.project}-${run.stage}-${metric}`}
                lines={lines.get(metric) ?? []}
                xTitle={xTitles[by]}
                formatX={by === 'time' ? formatClock : formatNumber}
                sync="run"
                range={zoom}
                {...common}
              />
            ))}
          </div>
        </section>
      )}
      {noted.length > 0 && (
        <section aria-labelledby="resources-title">
          <h2 id="resources-title">{hasWorkers ? 'What its processes use' : 'What its process uses'}</h2>
          {hasWorkers && (
            <p class="quiet">
              Workers: the processes that the stage has started, all together. Files that several of them map, such as
              weights, count once in their memory.
            </p>
          )}
          <div class="charts">
            {used.map(({ resource: { title, own, format }, lines }) => (
              <CurveChart
                key={own}
                title={title}
                file={`${run.project}-${run.stage}-${own}`}
                lines={lines}
                xTitle="time"
                formatX={formatClock}
                formatY={format}
                sync="resources"
                range={null}
                onZoom={() => undefined}
                height={150}
              />
            ))}
          </div>
        </section>
      )}
    </>
  );
}
