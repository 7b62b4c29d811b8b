import { useEffect, useRef, useState } from 'preact/hooks';
import { storedKey, storeKey } from '../lib/keys.ts';

export interface KeyAsker {
  /** Asks for an API key; false: none was given. `reason` is what the server said. */
  ask(reason?: string): Promise<boolean>;
}

/** Where an API key is given or forgotten. */
export function KeyDialog({ asker }: { asker: { current: KeyAsker | null } }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const answer = useRef<(given: boolean) => void>(() => undefined);
  const [reason, setReason] = useState<string>();
  const [key, setKey] = useState('');

  useEffect(() => {
    asker.current = {
      ask(reason) {
        setReason(reason);
        setKey(storedKey() ?? '');
        dialog.current?.showModal();
        return new Promise((done) => {
          answer.current = done;
        });
      },
    };
  }, []);

  const close = (given: boolean) => {
    dialog.current?.close();
    answer.current(given);
  };
  return (
    <dialog ref={dialog} aria-labelledby="key-title" onCancel={() => answer.current(false)}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          storeKey(key.trim());
          close(key.trim() !== '');
        }}
      >
        <h2 id="key-title">API key</h2>
        {reason !== undefined && <p class="note error">{reason}</p>}
        <p class="quiet">
          Reading needs none. Classifying and changing notes, tags and the archive do, where the server asks for keys;
          make one with <code>nx run server:key --create NAME</code>. It is kept for this tab alone.
        </p>
        <label>
          Key
          <input
            type="password"
            autocomplete="off"
            value={key}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <button type="submit" class="primary">
            {key.trim() === '' ? 'Go without a key' : 'Use this key'}
          </button>
          <button type="button" onClick={() => close(false)}>
            Cancel
          </button>
        </div>
      </form>
    </dialog>
  );
}
