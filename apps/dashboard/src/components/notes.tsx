import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { isAway, RequestError } from '../lib/api.ts';

/** Milliseconds before something is asked for again that the server may have later. */
const awayMs = 5000;

/** What went wrong, what to do about it, and a button to try again where that may help; where waiting helps, it tries again by itself. */
export function ErrorNote({
  error,
  retry,
  children,
}: {
  error: unknown;
  retry?: () => void;
  children?: ComponentChildren;
}) {
  useEffect(() => {
    if (retry === undefined || !isAway(error)) return;
    const timer = setTimeout(retry, awayMs);
    return () => clearTimeout(timer);
    // Each failed try has an error of its own; `retry` is a new function each time it is drawn.
  }, [error]);
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div class="note error" role="alert">
      <p>{message}</p>
      <Remedy error={error} />
      {children}
      {retry !== undefined && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

function Remedy({ error }: { error: unknown }) {
  if (!(error instanceof RequestError)) return null;
  if (error.status === undefined) {
    return (
      <p>
        Start it with <code>nx run server:serve</code>.
      </p>
    );
  }
  if (error.status === 404 && error.problem?.detail.includes('/api/') === true) {
    return (
      <p>
        This server records nothing: it runs outside of a workspace, or with <code>--tracking never</code>.
      </p>
    );
  }
  if (isAway(error)) {
    return (
      <p>
        Without its database the server shows nothing of what was recorded; its models it serves all the same. This page
        asks again by itself. <code>nx run tracking:status</code> tells more.
      </p>
    );
  }
  return null;
}

/** There is nothing, and how something comes to be there. */
export function EmptyNote({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="note empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  );
}

/** Something is on its way. */
export function LoadingNote({ what = 'Loading' }: { what?: string }) {
  return (
    <p class="loading" role="status">
      {what}…
    </p>
  );
}
