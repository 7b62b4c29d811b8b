import type { RunDetail } from '@retort/server/client';
import { Facts } from '../../components/facts.tsx';
import { formatNamed, formatSeconds } from '../../lib/figures.ts';
import { formatTime } from '../../lib/format-cell.ts';
import { compareUrl } from '../../lib/route.ts';

/** Stages that leave checkpoints. */
const trainings = ['finetune', 'distill'];

/** What the run is, how it stands, and its final figures. */
export function RunHead({ run }: { run: RunDetail }) {
  const { project, stage, status, exitReason, startedAt, endedAt, seconds, seed, gitCommit, gitDirty, host, tags } =
    run;
  const facts: [string, string][] = [
    ['started', formatTime(startedAt)],
    [endedAt === null ? 'running for' : 'took', formatSeconds(seconds)],
    ['seed', seed === null ? '–' : String(seed)],
    ['commit', gitCommit === null ? '–' : `${gitCommit.slice(0, 10)}${gitDirty === true ? ', with changes' : ''}`],
    ['machine', host ?? '–'],
    ['tags', tags.join(', ') || '–'],
  ];
  return (
    <section class="run-head">
      <div class="view-head">
        <div>
          <h1>
            {project} <span class="quiet">/</span> {stage}
          </h1>
          <p class="quiet mono">{run.run}</p>
        </div>
        <div class="actions">
          <span class={`status ${status}`}>{status}</span>
          <a class="button" href={compareUrl([run.run])}>
            Compare
          </a>
        </div>
      </div>
      {exitReason !== null && (
        <div class="note error">
          <p>
            It ended early: {exitReason}.{' '}
            <code>
              nx run {project}:{stage}
            </code>{' '}
            runs it again{trainings.includes(stage) && ', from where it was'}.
          </p>
        </div>
      )}
      <Facts kind="facts" facts={facts} />
      <Figures figures={run.figures} />
      {run.notes !== '' && <p class="note">{run.notes}</p>}
    </section>
  );
}

/** Figures that are seen at once; of more, as reports have, they are unfolded. */
const fewFigures = 18;

function Figures({ figures }: Pick<RunDetail, 'figures'>) {
  const names = Object.keys(figures);
  if (names.length === 0) return null;
  const tiles = <Facts kind="tiles" facts={names.map((name) => [name, formatNamed(name, figures[name])])} />;
  if (names.length <= fewFigures) return tiles;
  return (
    <details class="all-figures">
      <summary>All {names.length} figures</summary>
      {tiles}
    </details>
  );
}
