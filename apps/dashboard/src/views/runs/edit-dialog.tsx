import { shortId } from '@retort/tracking/filter';
import { parseResponse } from 'hono/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ErrorNote } from '../../components/notes.tsx';
import { usePage } from '../../context.ts';
import { type Api, answer } from '../../lib/api.ts';
import type { RunRow } from '../../lib/rows.ts';

type Edit = Parameters<Api['experiments']['runs'][':run']['$patch']>[0]['json'];

export function editRun(api: Api, run: string, json: Edit) {
  return answer(parseResponse(api.experiments.runs[':run'].$patch({ param: { run }, json })));
}

/** Notes, tags and archive of one run. */
export function EditDialog({ run, onClose }: { run: RunRow; onClose: () => void }) {
  const { api, withKey, tell } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [notes, setNotes] = useState(run.notes);
  const [tags, setTags] = useState(run.tags.join(', '));
  const [archived, setArchived] = useState(run.archived);
  const [error, setError] = useState<unknown>();
  useEffect(() => dialog.current?.showModal(), []);
  const save = async () => {
    const list = tags.split(',').map((tag) => tag.trim());
    try {
      await withKey(() => editRun(api, run.run, { notes, tags: list.filter((tag) => tag !== ''), archived }));
      tell('Saved.');
      dialog.current?.close();
    } catch (refused) {
      setError(refused);
    }
  };
  return (
    <dialog ref={dialog} aria-labelledby="edit-title" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <h2 id="edit-title">
          {run.project} <span class="quiet">{run.stage}</span> <span class="mono quiet">{shortId(run.run)}</span>
        </h2>
        <label>
          Notes
          <textarea rows={5} value={notes} onInput={(event) => setNotes(event.currentTarget.value)} />
        </label>
        <label>
          Tags, with commas between
          <input value={tags} onInput={(event) => setTags(event.currentTarget.value)} />
        </label>
        <label class="line">
          <input type="checkbox" checked={archived} onChange={(event) => setArchived(event.currentTarget.checked)} />
          Archived: lists leave it out
        </label>
        {error !== undefined && <ErrorNote error={error} />}
        <div class="actions">
          <button type="submit" class="primary">
            Save
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
