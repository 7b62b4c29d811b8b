import './runs.css';
import { parseResponse } from 'hono/client';
import { useCallback, useMemo, useState } from 'preact/hooks';
import { EmptyNote, ErrorNote, LoadingNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { answer, RequestError } from '../../lib/api.ts';
import { defaultColumns, isAveraged, readColumns, readField } from '../../lib/columns.ts';
import { formatWhole } from '../../lib/format.ts';
import { setQuery, useUrl } from '../../lib/navigation.ts';
import { listOf } from '../../lib/route.ts';
import { effectiveFilter, groupKey, groupRows, type Row, type RunRow, whetherArchivedOrNot } from '../../lib/rows.ts';
import { useQuery } from '../../lib/use-query.ts';
import { ColumnDialog } from './column-dialog.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { exportCsv } from './export-csv.ts';
import { FilterBox, readFilterError, useNames } from './filter-box.tsx';
import { RunTable } from './run-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { askSome, type Question, useRuns } from './use-runs.ts';

/** All runs as a table; what it shows is in the URL. */
export default function RunsView() {
  const { api, tell } = usePage();
  const { query } = useUrl();
  const filter = query.get('filter') ?? '';
  const archived = query.get('archived') === '1';
  const sort = query.get('sort') ?? '-started';
  const group = query.get('group') ?? '';
  const base = query.get('base') ?? '';
  const cols = query.get('cols') ?? '';
  const selected = useMemo(() => new Set(listOf(query.get('sel'))), [query.get('sel')]);
  const chosen = useMemo(() => (cols === '' ? defaultColumns : listOf(cols)), [cols]);
  const columns = useMemo(() => readColumns(chosen), [chosen]);
  const question = useMemo<Question>(
    () => ({
      filter: effectiveFilter(filter, archived),
      sort: readField(sort.replace(/^-/, '')) ? sort : '-started',
      columns,
    }),
    [filter, archived, sort, columns],
  );

  const [choosing, setChoosing] = useState(false);
  const [edited, setEdited] = useState<RunRow>();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [changes, setChanges] = useState(0);
  const names = useNames(choosing || group !== '');
  const broken = readFilterError(filter) !== undefined;
  const runs = useRuns(broken ? undefined : question, () => setChanges((count) => count + 1));

  const averaged = columns.filter(isAveraged).map(({ id }) => id);
  const grouped = useQuery(
    group === '' || broken ? undefined : JSON.stringify([group, averaged, question.filter, changes]),
    async (signal) => {
      const query = { by: group, of: averaged.join(','), filter: question.filter };
      return (await answer(parseResponse(api.experiments.groups.$get({ query }, { init: { signal } })))).groups;
    },
  );
  const groups = group === '' ? undefined : grouped.data;
  const opened = (groups ?? []).filter((one) => open.has(groupKey(one)));
  const members = useQuery(
    opened.length === 0 ? undefined : JSON.stringify([opened.map(({ runs }) => runs), cols, changes]),
    async (signal) =>
      new Map(
        await Promise.all(
          opened.map(async (one): Promise<[string, readonly RunRow[]]> => {
            const found = await askSome(api, { ...question, filter: '' }, one.runs.slice(0, 500), signal);
            return [groupKey(one), found.sort((a, b) => one.runs.indexOf(a.run) - one.runs.indexOf(b.run))];
          }),
        ),
      ),
  );
  const baseline = useQuery(base === '' ? undefined : JSON.stringify([base, cols, changes]), async (signal) => {
    const [run] = await askSome(api, { ...question, filter: whetherArchivedOrNot }, [base], signal);
    return run;
  });

  const rows = useMemo<Row[]>(
    () =>
      groups === undefined
        ? runs.runs.map((run) => ({ kind: 'run', key: run.run, run, level: 1 }))
        : groupRows(groups, open, members.data ?? new Map()),
    [groups, runs.runs, open, members.data],
  );
  const setSelected = useCallback(
    (runs: ReadonlySet<string>) => setQuery({ sel: [...runs].join(',') }, { replace: true }),
    [],
  );
  const setBase = (run: string) => setQuery({ base: run === base ? undefined : run });
  const error = group === '' ? runs.error : (grouped.error ?? members.error);
  // Of a name that no run has: what was there before is no answer to it.
  const refused = error instanceof RequestError && error.status === 422;
  const waiting = broken ? false : group === '' ? !runs.known : groups === undefined;
  return (
    <>
      <div class="heading">
        <h1>Runs</h1>
        <p class="quiet" aria-live="polite">
          {runs.known && !broken && summary(runs.total, groups?.length)}
        </p>
      </div>
      <div class="toolbar">
        <FilterBox filter={filter} onFilter={(filter) => setQuery({ filter })} />
        <div class="inline">
          <label htmlFor="group">Group by</label>
          <GroupChoice group={group} names={names.config} onGroup={(group) => setQuery({ group })} />
        </div>
        <label class="inline">
          <input
            type="checkbox"
            checked={archived}
            onChange={() => setQuery({ archived: archived ? undefined : '1' })}
          />
          Archived, too
        </label>
        <button type="button" onClick={() => setChoosing(true)}>
          Columns
        </button>
        <button
          type="button"
          onClick={() =>
            void exportCsv(api, question).then(
              (count) => tell(`${count} runs saved.`),
              (error) => tell(String(error.message)),
            )
          }
        >
          CSV
        </button>
      </div>
      <SelectionBar selected={selected} base={base} onClear={() => setSelected(new Set())} />
      {error !== undefined && (
        <ErrorNote error={error} retry={refused ? undefined : () => (group === '' ? runs.reload() : grouped.reload())}>
          {refused && <ShowAll />}
        </ErrorNote>
      )}
      {broken ? (
        <EmptyNote title="The filter cannot be read.">
          <ShowAll />
        </EmptyNote>
      ) : refused ? null : waiting ? (
        error === undefined && <LoadingNote what="Asking for the runs" />
      ) : rows.length === 0 ? (
        <NoRuns filtered={filter !== ''} />
      ) : (
        <RunTable
          rows={rows}
          count={groups === undefined ? runs.total : rows.length}
          columns={columns}
          sort={sort}
          grouped={groups !== undefined}
          averaged={averaged}
          baseline={baseline.data}
          selected={selected}
          onSelect={setSelected}
          onSort={(sort) => setQuery({ sort: sort === '-started' ? undefined : sort })}
          onBase={setBase}
          onEdit={setEdited}
          onToggle={(key) => setOpen((open) => toggled(open, key))}
          onEnd={runs.loadMore}
        />
      )}
      {choosing && (
        <ColumnDialog
          chosen={chosen}
          names={names}
          onChange={(columns) => setQuery({ cols: columns.join(',') }, { replace: true })}
          onClose={() => setChoosing(false)}
        />
      )}
      {edited !== undefined && <EditDialog key={edited.run} run={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

function GroupChoice({
  group,
  names,
  onGroup,
}: {
  group: string;
  names: readonly string[];
  onGroup: (group: string) => void;
}) {
  const [asked, setAsked] = useState(false);
  const loaded = useNames(asked);
  const config = (names.length > 0 ? names : loaded.config).map((name) => `config.${name}`);
  const known = ['seed', 'experiment', 'stage', 'status', 'host', 'tags', ...config];
  const all = group === '' || known.includes(group) ? known : [...known, group];
  return (
    <select
      id="group"
      value={group}
      onFocus={() => setAsked(true)}
      onChange={(event) => onGroup(event.currentTarget.value)}
    >
      <option value="">nothing</option>
      {all.map((name) => (
        <option key={name} value={name}>
          {name.replace(/^config\./, '')}
        </option>
      ))}
    </select>
  );
}

function ShowAll() {
  return (
    <button type="button" onClick={() => setQuery({ filter: undefined, sort: undefined, group: undefined })}>
      Show all runs
    </button>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  return filtered ? (
    <EmptyNote title="No run fits the filter.">
      <ShowAll />
    </EmptyNote>
  ) : (
    <EmptyNote title="Nothing has run yet.">
      <p>
        Train something, and it appears here at once: <code>nx run sample:report</code>
      </p>
    </EmptyNote>
  );
}

function summary(total: number, groups: number | undefined): string {
  const runs = `${formatWhole(total)} ${total === 1 ? 'run' : 'runs'}`;
  return groups === undefined ? runs : `${runs} in ${formatWhole(groups)} ${groups === 1 ? 'group' : 'groups'}`;
}

function toggled(set: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const changed = new Set(set);
  if (!changed.delete(key)) changed.add(key);
  return changed;
}
