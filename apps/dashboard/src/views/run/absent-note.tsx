import { ErrorNote } from '../../components/notes.tsx';
import { RequestError } from '../../lib/api.ts';

/** What is not there is no fault: the server says why. All else is an error. */
export function AbsentNote({ error, retry }: { error: unknown; retry?: () => void }) {
  if (error instanceof RequestError && error.status === 404) return <p class="quiet">{error.message}</p>;
  return <ErrorNote error={error} retry={retry} />;
}
