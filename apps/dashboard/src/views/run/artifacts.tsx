import type { RunArtifact, RunDetail } from '@retort/server/client';
import { DataTable, numbers } from '../../components/data-table.tsx';
import { usePage } from '../../context.ts';
import { formatBytes } from '../../lib/format.ts';
import { questions } from '../../lib/questions.ts';
import { useQuery } from '../../lib/use-query.ts';
import { AbsentNote } from './absent-note.tsx';

/** What the run made and what it read, with checksums. */
export function Artifacts({ run }: { run: RunDetail }) {
  const { api } = usePage();
  const { data, error, reload } = useQuery(`artifacts ${run.run} ${run.status}`, (signal) =>
    questions(api, signal).artifacts(run.run),
  );
  return (
    <section aria-labelledby="artifacts-title">
      <h2 id="artifacts-title">Artifacts</h2>
      {error !== undefined && <AbsentNote error={error} retry={reload} />}
      {data?.artifacts.length === 0 && <p class="quiet">None: a run has its artifact when it has succeeded.</p>}
      {data !== undefined && data.artifacts.length > 0 && (
        <DataTable label="Artifacts" columns={['what', 'where', ...numbers('size'), 'sha256']}>
          {data.artifacts.map(rowsOf)}
        </DataTable>
      )}
    </section>
  );
}

function rowsOf({ id, role, kind, folder, size, sha256, files }: RunArtifact) {
  const made = role === 'output';
  return [
    <tr key={id}>
      <th scope="row">
        {made ? 'made' : 'read'} {kind}
      </th>
      <td>{folder}</td>
      <td class="number">{size === null ? '–' : formatBytes(size)}</td>
      <td class="mono">{sha256}</td>
    </tr>,
    ...(made ? Object.entries(files ?? {}) : []).map(([file, sum]) => (
      <tr key={`${id} ${file}`}>
        <td />
        <td class="quiet">{file}</td>
        <td />
        <td class="mono quiet">{sum}</td>
      </tr>
    )),
  ];
}
