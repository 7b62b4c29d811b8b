import '../../charts/charts.css';
import './run.css';
import { useCallback, useRef } from 'preact/hooks';
import { ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { questions } from '../../lib/questions.ts';
import { isRunId } from '../../lib/route.ts';
import { useQuery } from '../../lib/use-query.ts';
import { Artifacts } from './artifacts.tsx';
import { Configuration, Environment } from './configuration.tsx';
import { ConsoleTail } from './console-tail.tsx';
import { DataCardSection } from './data-card.tsx';
import { EvaluationSection } from './evaluation.tsx';
import { LineageSection } from './lineage.tsx';
import { RunCurves } from './run-curves.tsx';
import { RunHead } from './run-head.tsx';

/** Milliseconds within which a run that writes points is asked anew at most once. */
const pause = 3000;

/** All that is known of one run, and its curves as they grow. */
export default function RunView({ run }: { run: string }) {
  const { api } = usePage();
  const named = isRunId(run);
  const { data, error, reload } = useQuery(named ? `run ${run}` : undefined, (signal) =>
    questions(api, signal).run(run),
  );
  const lineages = useQuery(data === undefined ? undefined : `lineage ${run} ${data.status}`, async (signal) => {
    const ask = questions(api, signal);
    return Promise.all([ask.lineage(run, 'up'), ask.lineage(run, 'down')]);
  });
  const waiting = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const onNews = useCallback(() => {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      reload();
    }, pause);
  }, [reload]);
  if (data === undefined) {
    if (named && error === undefined) return <LoadingNote what="Loading the run" />;
    return (
      <ErrorNote error={named ? error : `There is no run "${run}".`} retry={named ? reload : undefined}>
        <p>
          <a href="/">Go to the runs</a>
        </p>
      </ErrorNote>
    );
  }
  return (
    <>
      <RunHead run={data} />
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      <RunCurves run={data} onNews={onNews} />
      <EvaluationSection run={data} lineages={lineages.data} />
      <LineageSection run={run} lineages={lineages} />
      <div class="columns">
        <Configuration run={data} />
        <Environment run={data} />
      </div>
      <ConsoleTail run={data} />
      <Artifacts run={data} />
      <DataCardSection lineages={lineages.data} />
    </>
  );
}
