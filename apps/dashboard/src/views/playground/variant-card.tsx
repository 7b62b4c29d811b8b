import type { ModelDescription } from '@retort/server/client';
import { numbers, TableHead } from '../../components/data-table.tsx';
import { Facts } from '../../components/facts.tsx';
import { ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { formatBytes, formatProbability, rankScores } from '../../lib/format.ts';
import type { Reading } from './classify.ts';
import { MarkedText } from './marked-text.tsx';

export interface VariantCardProps {
  readonly model: ModelDescription;
  readonly text: string;
  /** Whose contributions are marked. */
  readonly label: string;
  readonly reading?: Reading;
  readonly error?: unknown;
}

/** What one model says. */
export function VariantCard({ model, text, label, reading, error }: VariantCardProps) {
  return (
    <article class="card variant" aria-labelledby={`model-${model.id}`}>
      <header>
        <h2 id={`model-${model.id}`}>{model.id}</h2>
        <span class="quiet">
          {formatBytes(model.sizeBytes)}
          {model.shadow && ', a shadow'}
        </span>
      </header>
      {error !== undefined && <ErrorNote error={error} />}
      {error === undefined && reading === undefined && <LoadingNote what="Reading" />}
      {reading !== undefined && <Answered model={model} text={text} label={label} reading={reading} />}
    </article>
  );
}

function Answered({ model, text, label, reading }: Required<Omit<VariantCardProps, 'error'>>) {
  const { result, totalMs, timing } = reading;
  const { tokens, truncated, windows, normalized, abstained_because: because, sentences } = result;
  const facts: [string, string][] = [
    ['Read', `${tokens} tokens${windows.length > 1 ? ` in ${windows.length} windows` : ''}`],
    ['Truncated', truncated ? 'yes: the rest counts for nothing' : 'no'],
    [
      'Normalised',
      normalized.length === 0 ? 'nothing' : normalized.map(({ what, count }) => `${what} (${count})`).join(', '),
    ],
    ['Score', model.calibration === null ? 'as the model gives it' : 'calibrated on validation'],
    ['Latency', describeTiming(totalMs, timing, sentences !== undefined)],
  ];
  return (
    <>
      <p class="verdict">
        <strong>{result.label}</strong> {formatProbability(result.scores[result.label] ?? 0)}
      </p>
      {because !== undefined && (
        <p class="note warning">
          It abstains:{' '}
          {because === 'short'
            ? 'the text is shorter than those that it was validated on.'
            : 'the answer is inside of its band of uncertainty.'}
        </p>
      )}
      <ul class="scores">
        {rankScores(result.scores).map(([name, score]) => (
          <li key={name}>
            <span class="label">{name}</span>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${score * 100}%` }} />
            </span>
            <span class="number">{formatProbability(score)}</span>
          </li>
        ))}
      </ul>
      <Facts kind="lines" facts={facts} />
      {sentences !== undefined && <MarkedText text={text} sentences={sentences} label={label} />}
      {windows.length > 1 && (
        <details>
          <summary>{windows.length} windows</summary>
          <table class="plain-table">
            <TableHead columns={['characters', ...numbers('tokens', label)]} />
            <tbody>
              {windows.map(({ start, end, tokens, scores }) => (
                <tr key={start}>
                  <td>
                    {start}–{end}
                  </td>
                  <td class="number">{tokens}</td>
                  <td class="number">{formatProbability(scores[label] ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </>
  );
}

function describeTiming(totalMs: number, timing: Readonly<Record<string, number>>, explained: boolean): string {
  const parts = Object.entries(timing).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
  const whole = `${totalMs.toFixed(1)} ms${explained ? ' with the explanation' : ''}`;
  return parts.length === 0 ? whole : `${whole} (${parts.join(', ')})`;
}
