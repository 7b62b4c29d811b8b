import { parseResponse } from 'hono/client';
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../../context.ts';
import { type Api, answer, isAbort } from '../../lib/api.ts';
import { type Column, compareValues, namesToAsk, readColumns, valueIn } from '../../lib/columns.ts';
import { mergeRuns, type RunPage, type RunRow, runFilters } from '../../lib/rows.ts';

export interface Question {
  readonly filter: string;
  readonly sort: string;
  readonly columns: readonly Column[];
}

export interface Runs {
  readonly runs: readonly RunRow[];
  /** Runs that the filter holds for, loaded or not. */
  readonly total: number;
  readonly next: string | null;
  /** False before the first answer. */
  readonly known: boolean;
  readonly loading: boolean;
  readonly error: unknown;
}

const nothing: Runs = { runs: [], total: 0, next: null, known: false, loading: true, error: undefined };

/** The first page is small, so that it is there soon. */
const firstPage = 100;
const laterPage = 250;
/** A training tells of itself twice a second; the table need not be asked for as often. */
const gatherMs = 500;

export function askRuns(
  api: Api,
  { filter, sort, columns }: Question,
  { after, limit, signal }: { after?: string; limit: number; signal?: AbortSignal },
): Promise<RunPage> {
  // What is sorted by, too: rows that change have to find their place.
  const { metrics, params } = namesToAsk([...columns, ...sortColumn(sort)]);
  const query = { filter, sort, limit: String(limit), metrics: metrics.join(','), params: params.join(','), after };
  return answer(parseResponse(api.experiments.runs.$get({ query }, { init: { signal } })));
}

/** The named runs as they are now, in no order; those that the filter does not hold for are left out. */
export async function askSome(
  api: Api,
  question: Question,
  runs: readonly string[],
  signal?: AbortSignal,
): Promise<RunRow[]> {
  const parts = runFilters(question.filter, runs);
  const pages = await Promise.all(
    parts.map((filter) => askRuns(api, { ...question, filter }, { limit: 1000, signal })),
  );
  return pages.flatMap((page) => page.runs);
}

/** All runs that the filter holds for, a page at a time. */
export async function askAll(api: Api, question: Question): Promise<RunRow[]> {
  const runs: RunRow[] = [];
  let after: string | undefined;
  do {
    const page = await askRuns(api, question, { after, limit: 1000 });
    runs.push(...page.runs);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return runs;
}

/** The runs of a question (undefined: none is asked), as far as they are looked at, kept in step with what happens. `onChange` is told of every run that changed. */
export function useRuns(question: Question | undefined, onChange: (runs: ReadonlySet<string>) => void) {
  const { api, live } = usePage();
  const [state, setState] = useState(nothing);
  const [turn, setTurn] = useState(0);
  const shown = useRef({ state, question, onChange });
  shown.current = { state, question, onChange };
  const gone = useRef(new AbortController());
  const key = `${turn} ${JSON.stringify(question && [question.filter, question.sort, question.columns.map(({ id }) => id)])}`;

  // Before anything is painted: the answer takes longer than that.
  useLayoutEffect(() => {
    if (question === undefined) return;
    const own = new AbortController();
    gone.current = own;
    const changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = () => {};

    const update = async () => {
      const some = new Set(changed);
      changed.clear();
      shown.current.onChange(some);
      const now = await askSome(api, question, [...some], own.signal);
      const before = orderOf(question.sort);
      setState((state) => {
        const known = new Set(state.runs.map(({ run }) => run));
        const arrived = now.filter(({ run }) => !known.has(run)).length;
        const left = [...some].filter((run) => known.has(run) && !now.some((one) => one.run === run)).length;
        const runs = mergeRuns(state.runs, { changed: some, now, all: state.next === null }, before);
        return { ...state, runs, total: state.total + arrived - left };
      });
    };
    const failed = (error: unknown) =>
      own.signal.aborted || isAbort(error) || setState((state) => ({ ...state, error }));

    setState((state) => ({ ...state, loading: true, error: undefined }));
    askRuns(api, question, { limit: firstPage, signal: own.signal }).then(
      ({ runs, total, next, cursor }) => {
        setState({ runs, total, next, known: true, loading: false, error: undefined });
        stop = live.follow({
          cursor,
          onEvent(event) {
            if (event.type !== 'run') return;
            changed.add(event.run.run);
            timer ??= setTimeout(() => {
              timer = undefined;
              update().catch(failed);
            }, gatherMs);
          },
        });
      },
      (error) => own.signal.aborted || setState((state) => ({ ...state, loading: false, error })),
    );
    return () => {
      own.abort();
      clearTimeout(timer);
      stop();
    };
    // The question is in the key.
  }, [key]);

  const loadMore = useCallback(() => {
    const { state, question } = shown.current;
    if (question === undefined || state.next === null || state.loading) return;
    const { signal } = gone.current;
    setState((state) => ({ ...state, loading: true }));
    askRuns(api, question, { after: state.next, limit: laterPage, signal }).then(
      ({ runs, next, total }) =>
        signal.aborted ||
        setState((state) => {
          const known = new Set(state.runs.map(({ run }) => run));
          const further = runs.filter(({ run }) => !known.has(run));
          return { ...state, runs: [...state.runs, ...further], next, total, loading: false };
        }),
      (error) => signal.aborted || setState((state) => ({ ...state, loading: false, error })),
    );
  }, []);
  const reload = useCallback(() => setTurn((turn) => turn + 1), []);
  return { ...state, loadMore, reload };
}

/** The server's order: by a field, the newest first where that leaves it open. */
export function orderOf(sort: string): (a: RunRow, b: RunRow) => number {
  const descending = sort.startsWith('-');
  const [column] = sortColumn(sort);
  if (column === undefined) return () => 0;
  return (a, b) => compareValues(valueIn(a, column), valueIn(b, column), descending);
}

function sortColumn(sort: string): Column[] {
  return readColumns([sort.replace(/^-/, '')]);
}
