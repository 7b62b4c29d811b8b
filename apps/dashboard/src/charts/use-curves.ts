import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { usePage } from '../context.ts';
import { appendPoints, type Curve } from '../lib/curves/curve.ts';
import { refine, type Steps } from '../lib/curves/refine.ts';
import { questions } from '../lib/questions.ts';
import { useQuery } from '../lib/use-query.ts';

interface Options {
  /** How many points a curve has at the most; what comes live is added to them. */
  readonly points: number;
  /** The steps that are looked at closely, out of the curves at that resolution: they get as many points of their own. */
  readonly within?: (curves: readonly Curve[]) => Steps | undefined;
  /** Told when a followed run changes, such as when it ends. */
  readonly onRun?: (run: string) => void;
}

/** Curves of runs, which grow as their points come in. Without metrics there is nothing to ask, but runs are followed. */
export function useCurves(
  runs: readonly string[],
  metrics: readonly string[] | undefined,
  { points, within, onRun }: Options,
) {
  const { api, live } = usePage();
  const key =
    metrics === undefined || runs.length === 0 ? undefined : JSON.stringify(['curves', runs, metrics, points]);
  const { data, error, loading, reload } = useQuery(key, (signal) =>
    questions(api, signal).curves(runs, metrics ?? [], points),
  );
  const [curves, setCurves] = useState<readonly Curve[]>([]);
  const told = useRef(onRun);
  told.current = onRun;
  useEffect(() => {
    if (data === undefined) return;
    setCurves(data.curves);
    const wanted = new Set(metrics);
    return live.follow({
      runs,
      cursor: data.cursor,
      onEvent(event) {
        if (event.type === 'run') return told.current?.(event.run.run);
        const fresh = event.points.points.filter(({ metric }) => wanted.has(metric));
        if (fresh.length < event.points.points.length) told.current?.(event.points.run);
        setCurves((known) => appendPoints(known, { run: event.points.run, points: fresh }));
      },
    });
  }, [data]);
  const steps = within?.(curves);
  const closer = useQuery(steps && key && `${key} ${JSON.stringify(steps)}`, (signal) =>
    questions(api, signal).curves(runs, metrics ?? [], points, steps),
  );
  const finer = steps === undefined ? undefined : closer.data?.curves;
  const drawn = useMemo(() => (finer === undefined ? curves : refine(curves, finer)), [curves, finer]);
  return { curves: drawn, error: error ?? closer.error, loading, reload };
}
