import type { Lineage, Report, RunDetail } from '@retort/server/client';
import { Facts } from '../../components/facts.tsx';
import { lazyView } from '../../components/lazy-view.tsx';
import { LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { formatInterval, formatNumber, formatP, formatShare } from '../../lib/figures.ts';
import { findReport, modelOfStage } from '../../lib/find-report.ts';
import { formatWhole } from '../../lib/format.ts';
import { setQuery, useUrl } from '../../lib/navigation.ts';
import { questions } from '../../lib/questions.ts';
import { pageOf, runUrl } from '../../lib/route.ts';
import { useQuery } from '../../lib/use-query.ts';
import { AbsentNote } from './absent-note.tsx';
import { Mistakes } from './mistakes.tsx';

/** Apart, as they draw with Observable Plot, which is larger than all else of a run's page. */
const EvaluationCharts = lazyView(() => import('./evaluation-charts.tsx'));

/** What a report found of the run's model: slices, confusion, ROC, reliability, and its surest mistakes. */
export function EvaluationSection({ run, lineages }: { run: RunDetail; lineages: readonly Lineage[] | undefined }) {
  const { api } = usePage();
  const report = lineages === undefined ? undefined : findReport(run, lineages);
  const { data, error, reload } = useQuery(report === undefined ? undefined : `report ${report}`, (signal) =>
    questions(api, signal).report(report ?? ''),
  );
  if (report === undefined) {
    if (lineages === undefined || !['finetune', 'distill', 'quantize'].includes(run.stage)) return null;
    return (
      <section aria-labelledby="evaluation-title">
        <h2 id="evaluation-title">Evaluation</h2>
        <p class="quiet">
          No report has measured it yet: <code>nx run {run.project}:report</code>
        </p>
      </section>
    );
  }
  return (
    <section aria-labelledby="evaluation-title">
      {data === undefined ? <h2 id="evaluation-title">Evaluation</h2> : <Evaluation {...{ run, report, data }} />}
      {data === undefined && (error === undefined ? <LoadingNote /> : <AbsentNote error={error} retry={reload} />)}
    </section>
  );
}

function Evaluation({ run, report, data }: { run: RunDetail; report: string; data: Report }) {
  const { query } = useUrl();
  const evaluation = data.evaluations.find(({ name }) => name === query.get('evaluation')) ?? data.evaluations[0];
  const names = evaluation.models.map(({ model }) => model);
  const chosen = query.get('model') ?? modelOfStage(run.stage, names);
  const model = evaluation.models.find((one) => one.model === chosen) ?? evaluation.models[0];
  const choose = (changes: Record<string, string>) => setQuery({ ...changes, mistakes: undefined });
  const file = `${data.experiment}-${evaluation.name}-${model.model}`;
  const figures: [string, string][] = [
    ['accuracy', formatShare(model.accuracy)],
    ['95 % interval', formatInterval(...model.accuracyInterval)],
    ['n', formatWhole(model.n)],
    ['of the teacher’s', model.retention === null ? '–' : formatShare(model.retention)],
    ['p to the teacher', model.mcnemar === null ? '–' : formatP(model.mcnemar.p)],
    ['macro F1', formatNumber(model.macroF1)],
    ['AUROC', model.auroc === null ? '–' : formatNumber(model.auroc)],
    ['loss', formatNumber(model.loss)],
    ['calibration error', formatShare(model.calibrationError)],
  ];
  return (
    <>
      <div class="section-head">
        <h2 id="evaluation-title">Evaluation</h2>
        <div class="controls">
          <label>
            model
            <select value={model.model} onChange={(event) => choose({ model: event.currentTarget.value })}>
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
          <label>
            texts
            <select value={evaluation.name} onChange={(event) => choose({ evaluation: event.currentTarget.value })}>
              {data.evaluations.map(({ name, n }) => (
                <option key={name} value={name}>
                  {name} ({formatWhole(n)})
                </option>
              ))}
            </select>
          </label>
          {report !== run.run && <a href={runUrl(report)}>The report</a>}
        </div>
      </div>
      <Facts kind="tiles" facts={figures} />
      <EvaluationCharts evaluation={evaluation} model={model} labels={data.split.labels} file={file} />
      <Mistakes run={report} model={model.model} evaluation={evaluation.name} page={pageOf(query.get('mistakes'))} />
    </>
  );
}
