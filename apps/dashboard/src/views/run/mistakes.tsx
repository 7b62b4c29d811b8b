import { ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { formatCsv } from '../../lib/csv.ts';
import { download } from '../../lib/download.ts';
import { formatProbability, formatWhole } from '../../lib/format.ts';
import { questions } from '../../lib/questions.ts';
import { useQuery } from '../../lib/use-query.ts';

/** The texts that a model got wrong, the surest answers first. */
export function Mistakes({ run, model, evaluation }: { run: string; model: string; evaluation: string }) {
  const { api, tell } = usePage();
  const { data, error, reload } = useQuery(`mistakes ${run} ${model} ${evaluation}`, (signal) =>
    questions(api, signal).mistakes(run, model, evaluation),
  );
  const save = () => {
    const rows = (data?.mistakes ?? []).map(({ id, label, answer, probability, source, text }) => [
      id,
      label,
      answer,
      probability,
      source,
      text,
    ]);
    download(
      `mistakes-${model}.csv`,
      formatCsv(['id', 'is', 'taken for', 'probability', 'source', 'text'], rows),
      'text/csv',
    );
    tell('Saved the mistakes');
  };
  return (
    <section class="card mistakes" aria-labelledby="mistakes-title">
      <div class="section-head">
        <h3 id="mistakes-title">Surest mistakes</h3>
        {data !== undefined && data.wrong > 0 && (
          <button type="button" class="plain" onClick={save}>
            Save CSV
          </button>
        )}
      </div>
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      {data === undefined && error === undefined && <LoadingNote />}
      {data?.wrong === 0 && <p class="quiet">None: all {data.n} texts are right.</p>}
      {data !== undefined && data.wrong > 0 && (
        <>
          <p class="quiet">
            {data.wrong} of {formatWhole(data.n)} texts are wrong
            {data.mistakes.length < data.wrong ? `; the ${data.mistakes.length} surest` : ''}.
            {data.withheld !== null && ` No texts: ${data.withheld}.`}
          </p>
          <ol>
            {data.mistakes.map(({ id, label, answer, probability, source, text, cut }) => (
              <li key={id}>
                <p>
                  is <strong>{label}</strong>, taken for <strong class="bad">{answer}</strong> by a probability of{' '}
                  {formatProbability(probability)}{' '}
                  <span class="quiet">
                    {source} #{id}
                  </span>
                </p>
                {text !== null && (
                  <details>
                    <summary>{text.slice(0, 160)}</summary>
                    <blockquote>
                      {text}
                      {cut ? '…' : ''}
                    </blockquote>
                  </details>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
