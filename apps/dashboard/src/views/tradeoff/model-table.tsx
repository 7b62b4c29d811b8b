import type { MeasuredModel } from '@retort/server/client';
import { DataTable, numbers } from '../../components/data-table.tsx';
import { formatMilliseconds, formatNumber, formatShare } from '../../lib/figures.ts';
import { formatBytes, formatWhole } from '../../lib/format.ts';
import { formatTime } from '../../lib/format-cell.ts';
import { describeLatency, intervalOf } from '../../lib/measured-models.ts';
import { runUrl } from '../../lib/route.ts';
import type { TradeOffPoint } from '../../lib/trade-off.ts';

interface Props {
  readonly models: readonly MeasuredModel[];
  readonly latency: string | undefined;
  readonly front: { readonly size: readonly TradeOffPoint[]; readonly latency: readonly TradeOffPoint[] };
}

/** The models of the charts, the most accurate first, with links. */
export function ModelTable({ models, latency, front }: Props) {
  const order = [...models].sort((a, b) => accuracyOf(b) - accuracyOf(a));
  const isOn = (points: readonly TradeOffPoint[], { run, model }: MeasuredModel) =>
    points.some(({ onFront, measured }) => onFront && measured?.run === run && measured.model === model);
  const columns = [
    ...['model', ...numbers('accuracy', '95 % interval', 'size')],
    ...numbers(...(latency === undefined ? [] : [describeLatency(latency)]), 'parameters', 'n'),
    ...['best in', 'report'],
  ];
  return (
    <section aria-labelledby="models-title">
      <h2 id="models-title">Models</h2>
      <DataTable label="Models" columns={columns} sticky>
        {order.map((model) => {
          const { accuracy, bytes, parameters } = model.figures;
          const time = latency === undefined ? undefined : model.figures[latency];
          const best = [isOn(front.size, model) && 'size', isOn(front.latency, model) && 'latency'].filter(Boolean);
          return (
            <tr key={`${model.run} ${model.model} ${model.dataSet}`}>
              <th scope="row">
                <a href={runUrl(model.madeBy ?? model.run)}>
                  {model.project} {model.model}
                </a>
              </th>
              <td class="number">{accuracy === undefined ? '–' : formatShare(accuracy.value)}</td>
              <td class="number quiet">{intervalOf(accuracy)}</td>
              <td class="number">{bytes === undefined ? '–' : formatBytes(bytes.value)}</td>
              {latency !== undefined && (
                <td class="number">{time === undefined ? '–' : formatMilliseconds(time.value)}</td>
              )}
              <td class="number">{parameters === undefined ? '–' : formatNumber(parameters.value)}</td>
              <td class="number">{formatWhole(model.n)}</td>
              <td>{best.join(', ')}</td>
              <td>
                <a href={runUrl(model.run)}>{formatTime(model.startedAt)}</a>
              </td>
            </tr>
          );
        })}
      </DataTable>
    </section>
  );
}

function accuracyOf({ figures }: MeasuredModel): number {
  return figures.accuracy?.value ?? 0;
}
