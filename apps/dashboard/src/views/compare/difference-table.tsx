import type { Comparison } from '@retort/server/client';
import { DataTable } from '../../components/data-table.tsx';
import { usePage } from '../../context.ts';
import { formatCsv } from '../../lib/csv.ts';
import { download } from '../../lib/download.ts';
import { describeCompared, formatLeaf } from '../../lib/figures.ts';
import { runUrl } from '../../lib/route.ts';
import type { ComparedRun } from './compared-run.ts';

interface Props {
  readonly runs: readonly ComparedRun[];
  readonly comparison: Comparison;
  readonly baseline: string | undefined;
}

/** The places of configuration and environment where the runs differ, and no other, and whose were compared. Runs are rows: there may be many. */
export function DifferenceTable({ runs, comparison, baseline }: Props) {
  const { tell } = usePage();
  const columns = [...comparison.config, ...comparison.environment];
  const base = runs.findIndex(({ run }) => run === baseline);
  const save = () => {
    const rows = runs.map(({ run, name }, i) => [run, name, ...columns.map(({ values }) => values[i])]);
    download('differences.csv', formatCsv(['run', 'name', ...columns.map(({ name }) => name)], rows), 'text/csv');
    tell('Saved differences.csv');
  };
  return (
    <section aria-labelledby="differences-title">
      <div class="section-head">
        <h2 id="differences-title">Only what differs</h2>
        {columns.length > 0 && (
          <button type="button" class="plain" onClick={save}>
            Save CSV
          </button>
        )}
      </div>
      {columns.length === 0 ? (
        <p class="quiet">Nothing of what was compared.</p>
      ) : (
        <DataTable
          label="Differences"
          columns={['run', ...columns.map(({ name }) => ({ name, class: 'place' }))]}
          sticky
        >
          {runs.map(({ run, name }, i) => (
            <tr key={run} class={i === base ? 'baseline' : undefined}>
              <th scope="row">
                <a href={runUrl(run)}>{name}</a>
              </th>
              {columns.map(({ name: place, values }) => (
                <td key={place} class={i !== base && base !== -1 && values[i] !== values[base] ? 'differs' : undefined}>
                  {shorten(formatLeaf(values[i]))}
                </td>
              ))}
            </tr>
          ))}
        </DataTable>
      )}
      <p class="quiet">Compared: {describeCompared(comparison.stages)}.</p>
    </section>
  );
}

/** Hashes and lists of processor flags would push all else away. */
function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
