import '../../charts/charts.css';
import { useMemo } from 'preact/hooks';
import { ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { readCompare } from '../../lib/compare-state.ts';
import { useUrl } from '../../lib/navigation.ts';
import { questions } from '../../lib/questions.ts';
import { nameRuns } from '../../lib/run-names.ts';
import { useQuery } from '../../lib/use-query.ts';
import { CompareCurves } from './compare-curves.tsx';
import { DifferenceTable } from './difference-table.tsx';
import { MetricTable } from './metric-table.tsx';
import { RunChips } from './run-chips.tsx';
import { RunPicker } from './run-picker.tsx';

/** Any number of runs side by side: where they differ, their curves, and their figures beside a baseline. */
export default function CompareView() {
  const { query } = useUrl();
  const state = useMemo(() => readCompare(query), [query]);
  const { api } = usePage();
  const key = state.runs.length === 0 ? undefined : `comparison ${state.runs.join(',')}`;
  const { data, error, reload } = useQuery(key, (signal) => questions(api, signal).comparison(state.runs));
  const runs = useMemo(() => {
    const names = nameRuns(data?.runs ?? []);
    return (data?.runs ?? []).map((run, i) => ({ ...run, name: names[i], style: i }));
  }, [data]);
  if (state.runs.length === 0) return <RunPicker />;
  if (data === undefined && error !== undefined) {
    return (
      <>
        <h1>Compare</h1>
        <ErrorNote error={error} retry={reload}>
          <p>
            <a href="/compare">Choose other runs</a>
          </p>
        </ErrorNote>
      </>
    );
  }
  if (data === undefined) return <LoadingNote what="Comparing" />;
  return (
    <>
      <div class="view-head">
        <h1>
          {runs.length} {runs.length === 1 ? 'run' : 'runs'} compared
        </h1>
        <a class="button" href="/compare">
          Choose others
        </a>
      </div>
      <RunChips runs={runs} state={state} />
      <MetricTable runs={runs} baseline={state.baseline} comparison={data} />
      <CompareCurves runs={runs} state={state} metrics={data.metrics.map(({ name }) => name).sort()} />
      <DifferenceTable runs={runs} comparison={data} baseline={state.baseline} />
    </>
  );
}
