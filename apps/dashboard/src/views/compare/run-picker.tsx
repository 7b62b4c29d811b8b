import { useState } from 'preact/hooks';
import { EmptyNote, ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { formatSeconds } from '../../lib/figures.ts';
import { formatTime } from '../../lib/format-cell.ts';
import { navigate } from '../../lib/navigation.ts';
import { questions } from '../../lib/questions.ts';
import { compareUrl } from '../../lib/route.ts';
import { useQuery } from '../../lib/use-query.ts';

/** Which runs to compare, where the URL names none: the newest ones, to be ticked. */
export function RunPicker() {
  const { api } = usePage();
  const { data, error, reload } = useQuery('newest runs', (signal) => questions(api, signal).runs('', 50));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const toggle = (run: string) =>
    setChosen((known) => (known.includes(run) ? known.filter((one) => one !== run) : [...known, run]));
  return (
    <>
      <h1>Compare</h1>
      {error !== undefined && <ErrorNote error={error} retry={reload} />}
      {data === undefined && error === undefined && <LoadingNote />}
      {data?.runs.length === 0 && (
        <EmptyNote title="There are no runs yet.">
          <p>
            <code>nx run sample:report</code> makes the first ones, in a few minutes.
          </p>
        </EmptyNote>
      )}
      {data !== undefined && data.runs.length > 0 && (
        <form
          class="picker card"
          onSubmit={(event) => {
            event.preventDefault();
            if (chosen.length > 0) navigate(compareUrl(chosen));
          }}
        >
          <p>
            Tick the runs to compare; the first one is the baseline. The <a href="/">table of runs</a> finds them by
            filters, too.
          </p>
          <ul>
            {data.runs.map(({ run, project, stage, status, startedAt, seconds }) => (
              <li key={run}>
                <label>
                  <input type="checkbox" checked={chosen.includes(run)} onChange={() => toggle(run)} />
                  <span>
                    {project}/{stage}
                  </span>
                  <span class="quiet">
                    {status}, {formatTime(startedAt)}, {formatSeconds(seconds)}
                  </span>
                </label>
              </li>
            ))}
          </ul>
          <button type="submit" class="primary" disabled={chosen.length === 0}>
            Compare {chosen.length === 0 ? '' : chosen.length}
          </button>
        </form>
      )}
    </>
  );
}
