import type { ComponentChildren } from 'preact';
import { RequestError } from '../lib/api.ts';

/** What went wrong, what to do about it, and a button to try again where that may help. */
export function ErrorNote({
  error,
  retry,
  children,
}: {
  error: unknown;
  retry?: () => void;
  children?: ComponentChildren;
}) {
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
  if (error.status === 503) {
    return (
      <p>
        The database is not there. <code>nx run tracking:status</code> tells more.
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
