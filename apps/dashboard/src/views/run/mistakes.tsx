import { ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { formatCsv } from '../../lib/csv.ts';
import { download } from '../../lib/download.ts';
import { formatProbability, formatWhole } from '../../lib/format.ts';
import { setQuery } from '../../lib/navigation.ts';
import { questions } from '../../lib/questions.ts';
import { useQuery } from '../../lib/use-query.ts';

/** Mistakes on a page. */
const limit = 20;

interface Props {
  readonly run: string;
  readonly model: string;
  readonly evaluation: string;
  /** From 1. */
  readonly page: number;
}

/** The texts that a model got wrong, the surest answers first, a page at a time. */
export function Mistakes({ run, model, evaluation, page }: Props) {
  const { api, tell } = usePage();
  const { data, error, reload } = useQuery(`mistakes ${run} ${model} ${evaluation} ${page}`, (signal) =>
    questions(api, signal).mistakes(run, {
      ...{ model, evaluation },
      ...{ limit: String(limit), offset: String(limit * (page - 1)) },
    }),
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
      `mistakes-${model}${page === 1 ? '' : `-${page}`}.csv`,
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
            {formatWhole(data.wrong)} of {formatWhole(data.n)} texts are wrong.
            {data.withheld !== null && ` No texts: ${data.withheld}.`}
          </p>
          <ol start={data.offset + 1}>
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
          {data.mistakes.length < data.wrong && <Pages page={page} of={Math.ceil(data.wrong / limit)} />}
        </>
      )}
    </section>
  );
}

function Pages({ page, of }: { page: number; of: number }) {
  // Who has come to the last page by the button, still stands on it.
  const go = (to: number) => ({
    'aria-disabled': to < 1 || to > of,
    onClick: () => to >= 1 && to <= of && setQuery({ mistakes: to === 1 ? undefined : String(to) }),
  });
  return (
    <nav class="actions pages" aria-label="Pages of mistakes">
      <button type="button" {...go(Math.min(page - 1, of))}>
        Previous
      </button>
      <span class="quiet">
        page {formatWhole(page)} of {formatWhole(of)}
      </span>
      <button type="button" {...go(page + 1)}>
        Next
      </button>
    </nav>
  );
}
