import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ErrorNote, LoadingNote } from './notes.tsx';

type Load<P> = () => Promise<{ readonly default: ComponentType<P> }>;

/** A view whose code is loaded when it is first shown, or before by `load()`. */
export function lazyView<P extends object>(importView: Load<P>): ComponentType<P> & { load(): Promise<void> } {
  let loaded: ComponentType<P> | undefined;
  let loading: Promise<void> | undefined;
  const load = () => {
    loading ??= importView().then((module) => {
      loaded = module.default;
    });
    return loading;
  };
  function LazyView(props: P) {
    const [{ component: View, error }, setView] = useState<{ component?: ComponentType<P>; error?: unknown }>({
      component: loaded,
    });
    useEffect(() => {
      if (View !== undefined) return;
      load().then(
        () => setView({ component: loaded }),
        (error) => setView({ error }),
      );
    }, []);
    if (error !== undefined) return <ErrorNote error={error} retry={() => location.reload()} />;
    return View === undefined ? <LoadingNote /> : <View {...props} />;
  }
  return Object.assign(LazyView, { load });
}
