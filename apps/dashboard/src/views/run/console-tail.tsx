import type { RunDetail } from '@retort/server/client';
import { reachable } from '../../components/data-table.tsx';
import { usePage } from '../../context.ts';
import { questions } from '../../lib/questions.ts';
import { useQuery } from '../../lib/use-query.ts';
import { AbsentNote } from './absent-note.tsx';

/** The last lines that the stage said. */
export function ConsoleTail({ run }: { run: RunDetail }) {
  const { api } = usePage();
  const { data, error } = useQuery(`console ${run.run} ${run.points} ${run.status}`, (signal) =>
    questions(api, signal).console(run.run),
  );
  return (
    <section aria-labelledby="console-title">
      <h2 id="console-title">Console</h2>
      {data === undefined && error !== undefined && <AbsentNote error={error} />}
      {data !== undefined && (
        <section class="scroll card console" {...reachable} aria-label="Console">
          {data.cut && <p class="quiet">Earlier lines are in console.log.</p>}
          <pre>
            {data.lines.map(({ time, text }, i) => (
              <div key={i}>
                <time class="quiet">{time.slice(11, 19)}</time> {text}
              </div>
            ))}
          </pre>
        </section>
      )}
    </section>
  );
}
