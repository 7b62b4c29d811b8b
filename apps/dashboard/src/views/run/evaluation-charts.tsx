import type { Report } from '@retort/server/client';
import { ConfusionChart } from './confusion-chart.tsx';
import { ReliabilityChart, RocChart } from './score-charts.tsx';
import { SliceChart } from './slice-chart.tsx';

type Evaluation = Report['evaluations'][number];

interface Props {
  readonly evaluation: Evaluation;
  readonly model: Evaluation['models'][number];
  readonly labels: readonly string[];
  /** What names of saved files begin with. */
  readonly file: string;
}

/** What an evaluation found of a model, drawn. */
export default function EvaluationCharts({ evaluation: { models }, model, labels, file }: Props) {
  const { model: chosen, accuracy, bySource, byLength } = model;
  return (
    <div class="charts">
      <ConfusionChart model={model} labels={labels} file={file} />
      <RocChart models={models} chosen={chosen} file={file} />
      <ReliabilityChart models={models} chosen={chosen} file={file} />
      <SliceChart title="Accuracy by source" slices={bySource} whole={accuracy} file={`${file}-source`} />
      <SliceChart title="Accuracy by length" slices={byLength} whole={accuracy} file={`${file}-length`} />
    </div>
  );
}
