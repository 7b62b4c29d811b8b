import type { MeasuredModel } from '@retort/server/client';
import { reachable } from '../../charts/chart-figure.tsx';
import { formatInterval, formatMilliseconds, formatNumber, formatShare } from '../../lib/figures.ts';
import { formatBytes, formatWhole } from '../../lib/format.ts';
import { describeLatency } from '../../lib/measured-models.ts';
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
  return (
    <section aria-labelledby="models-title">
      <h2 id="models-title">Models</h2>
      <section class="scroll card" {...reachable} aria-label="Models">
        <table class="data sticky">
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col" class="number">
                accuracy
              </th>
              <th scope="col" class="number">
                95 % interval
              </th>
              <th scope="col" class="number">
                size
              </th>
              {latency !== undefined && (
                <th scope="col" class="number">
                  {describeLatency(latency)}
                </th>
              )}
              <th scope="col" class="number">
                parameters
              </th>
              <th scope="col" class="number">
                n
              </th>
              <th scope="col">best in</th>
              <th scope="col">report</th>
            </tr>
          </thead>
          <tbody>
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
                  <td class="number quiet">
                    {accuracy?.low == null || accuracy.high == null ? '–' : formatInterval(accuracy.low, accuracy.high)}
                  </td>
                  <td class="number">{bytes === undefined ? '–' : formatBytes(bytes.value)}</td>
                  {latency !== undefined && (
                    <td class="number">{time === undefined ? '–' : formatMilliseconds(time.value)}</td>
                  )}
                  <td class="number">{parameters === undefined ? '–' : formatNumber(parameters.value)}</td>
                  <td class="number">{formatWhole(model.n)}</td>
                  <td>{best.join(', ')}</td>
                  <td>
                    <a href={runUrl(model.run)}>{new Date(model.startedAt).toLocaleDateString()}</a>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function accuracyOf({ figures }: MeasuredModel): number {
  return figures.accuracy?.value ?? 0;
}
