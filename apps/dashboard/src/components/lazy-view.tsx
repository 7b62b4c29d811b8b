import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorNote, LoadingNote } from './notes.tsx';

type Load<P> = () => Promise<{ readonly default: ComponentType<P> }>;

/** A view whose code is loaded when it is first shown. */
export function lazyView<P extends object>(load: Load<P>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  return function LazyView(props: P) {
    const [view, setView] = useState<{ component?: ComponentType<P>; error?: unknown }>({ component: loaded });
    const begin = () => {
      setView({});
      load().then(
        (module) => {
          loaded = module.default;
          setView({ component: loaded });
        },
        (error) => setView({ error }),
      );
    };
    useEffect(() => {
      if (loaded === undefined) begin();
    }, []);
    const { component: View, error } = view;
    if (error !== undefined) return <ErrorNote error={error} retry={() => location.reload()} />;
    return View === undefined ? <LoadingNote /> : <View {...props} />;
  };
}
