import '../../charts/charts.css';
import { useEffect, useMemo } from 'preact/hooks';
import { EmptyNote, ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { formatMilliseconds } from '../../lib/figures.ts';
import { formatBytes } from '../../lib/format.ts';
import { describeLatency, latencyMetrics, newestReports, type TestSet, testSets } from '../../lib/measured-models.ts';
import { setQuery, useUrl } from '../../lib/navigation.ts';
import { questions } from '../../lib/questions.ts';
import { tradeOff } from '../../lib/trade-off.ts';
import { useQuery } from '../../lib/use-query.ts';
import { ModelTable } from './model-table.tsx';
import { RetentionChart } from './retention-chart.tsx';
import { ScatterChart } from './scatter-chart.tsx';

/** Accuracy against what it costs, over all models that reports measured. */
export default function TradeoffView() {
  const { api, live } = usePage();
  const { query } = useUrl();
  const filter = query.get('filter') ?? '';
  const references = query.get('reference') === 'yes';
  const all = query.get('reports') === 'all';
  const { data, error, reload } = useQuery(`models ${filter}`, (signal) =>
    questions(api, signal).models(filter === '' ? {} : { filter }),
  );
  useEffect(
    () =>
      live.follow({
        onEvent(event) {
          if (event.type === 'run' && event.run.stage === 'report' && event.run.status === 'succeeded') reload();
        },
      }),
    [live],
  );
  const sets = useMemo(() => {
    const known = data?.models ?? [];
    return testSets(all ? known : newestReports(known));
  }, [data, all]);
  // One front is of one set of texts: on others, accuracies do not compare.
  const set = sets.find(({ id }) => id === query.get('texts')) ?? sets[0];
  const models = set?.models ?? [];
  const latencies = latencyMetrics(models);
  const latency = latencies.find((metric) => metric === query.get('latency')) ?? latencies[0];
  const bySize = useMemo(() => tradeOff(models, 'bytes', { references }), [models, references]);
  const byLatency = useMemo(() => tradeOff(models, latency ?? '', { references }), [models, latency, references]);
  return (
    <>
      <div class="view-head">
        <h1>Trade-off</h1>
        <Controls {...{ filter, references, all, sets, set }} />
      </div>
      {error !== undefined && (
        <ErrorNote error={error} retry={reload}>
          {filter !== '' && (
            <p>
              <a href="/tradeoff">Without the filter</a>
            </p>
          )}
        </ErrorNote>
      )}
      {data === undefined && error === undefined && <LoadingNote what="Loading models" />}
      {data !== undefined && models.length === 0 && (
        <EmptyNote title={filter === '' ? 'No report has measured a model yet.' : 'No report of this filter.'}>
          <p>
            <code>nx run sample:report</code> makes one: accuracy, size and latency of teacher, student and their int8
            forms.
          </p>
        </EmptyNote>
      )}
      {models.length > 0 && (
        <>
          <div class="charts">
            <ScatterChart
              title="Accuracy against size"
              file="accuracy-size"
              points={bySize}
              xTitle="size of the ONNX file, MB"
              scale={1e-6}
              format={formatBytes}
            />
            {latency !== undefined && (
              <ScatterChart
                title="Accuracy against latency"
                file="accuracy-latency"
                points={byLatency}
                xTitle={`median of ${describeLatency(latency)}, ms`}
                scale={1}
                format={formatMilliseconds}
                controls={
                  <label>
                    of
                    <select value={latency} onChange={(event) => setQuery({ latency: event.currentTarget.value })}>
                      {latencies.map((metric) => (
                        <option key={metric} value={metric}>
                          {describeLatency(metric)}
                        </option>
                      ))}
                    </select>
                  </label>
                }
              />
            )}
            <RetentionChart models={models} />
          </div>
          <p class="quiet">
            Ringed, and joined by a dashed line: the models that no other beats in both; whiskers are 95 % intervals.
            All were measured on the same texts; latencies compare on the same machine.
            {references &&
              ' Notebooks: what the pipeline in Python reached that this one replaces, on other texts and another machine.'}
          </p>
          <ModelTable models={models} latency={latency} front={{ size: bySize, latency: byLatency }} />
        </>
      )}
    </>
  );
}

interface ControlsProps {
  readonly filter: string;
  readonly references: boolean;
  readonly all: boolean;
  readonly sets: readonly TestSet[];
  readonly set: TestSet | undefined;
}

function Controls({ filter, references, all, sets, set }: ControlsProps) {
  return (
    <form
      class="controls"
      onSubmit={(event) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget).get('filter');
        setQuery({ filter: typeof given === 'string' ? given : undefined });
      }}
    >
      <label>
        reports
        <input name="filter" key={filter} defaultValue={filter} placeholder="experiment = essays" size={24} />
      </label>
      {sets.length > 1 && (
        <label>
          measured on
          <select value={set?.id} onChange={(event) => setQuery({ texts: event.currentTarget.value })}>
            {sets.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <input
          type="checkbox"
          checked={all}
          onChange={(event) => setQuery({ reports: event.currentTarget.checked ? 'all' : undefined })}
        />
        older reports
      </label>
      <label>
        <input
          type="checkbox"
          checked={references}
          onChange={(event) => setQuery({ reference: event.currentTarget.checked ? 'yes' : undefined })}
        />
        notebooks
      </label>
    </form>
  );
}
