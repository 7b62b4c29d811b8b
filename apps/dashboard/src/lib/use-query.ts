import { useCallback, useLayoutEffect, useState } from 'preact/hooks';
import { isAbort } from './api.ts';

export interface Query<T> {
  /** The last good answer; that of the question before, while a new one is under way. */
  readonly data: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  reload(): void;
}

/**
 * Asks whenever `key` changes, and lets go of the question before. `key` has to name all that `ask` depends on; undefined: nothing is
 * asked.
 */
export function useQuery<T>(key: string | undefined, ask: (signal: AbortSignal) => Promise<T>): Query<T> {
  const [state, setState] = useState<{ data?: T; error?: unknown; done?: string }>({});
  const [turn, setTurn] = useState(0);
  const asked = `${turn} ${key}`;
  // Before anything is painted: the answer takes longer than that.
  useLayoutEffect(() => {
    if (key === undefined) return;
    const gone = new AbortController();
    ask(gone.signal).then(
      (data) => gone.signal.aborted || setState({ data, done: asked }),
      (error) => gone.signal.aborted || isAbort(error) || setState(({ data }) => ({ data, error, done: asked })),
    );
    return () => gone.abort();
    // `ask` is a new function each time it is drawn; what it asks is in `key`.
  }, [asked]);
  const reload = useCallback(() => setTurn((before) => before + 1), []);
  return { data: state.data, error: state.error, loading: key !== undefined && state.done !== asked, reload };
}
