import { usePage } from '../../context.ts';
import { compareUrl } from '../../lib/route.ts';
import { editRun } from './edit-dialog.tsx';

/** What can be done with the runs that are selected. */
export function SelectionBar({
  selected,
  base,
  onClear,
}: {
  selected: ReadonlySet<string>;
  base: string;
  onClear: () => void;
}) {
  const { api, withKey, tell } = usePage();
  if (selected.size === 0) return null;
  const runs = [...selected];
  const archive = async () => {
    try {
      for (const run of runs) await withKey(() => editRun(api, run, { archived: true }));
      onClear();
      tell(`${runs.length === 1 ? 'One run is' : `${runs.length} runs are`} in the archive.`);
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
  };
  const all = base !== '' && !selected.has(base) ? [base, ...runs] : runs;
  return (
    <section class="selection" aria-label="Selected runs">
      <strong>{selected.size} selected</strong>
      <a class="button primary" href={compareUrl(all, base === '' ? undefined : base)}>
        Compare
      </a>
      <button type="button" onClick={() => void archive()}>
        Archive
      </button>
      <button type="button" onClick={onClear}>
        Clear
      </button>
    </section>
  );
}
