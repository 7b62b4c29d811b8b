import type { RunDetail } from '@retort/server/client';
import { Facts } from '../../components/facts.tsx';
import { formatLeaf } from '../../lib/figures.ts';
import { flatten } from '../../lib/flatten.ts';
import { formatBytes } from '../../lib/format.ts';

/** The stage's part of the configuration, with defaults. */
export function Configuration({ run }: { run: RunDetail }) {
  return (
    <FactsCard title="Configuration" facts={flatten(run.config).map(([place, value]) => [place, formatLeaf(value)])} />
  );
}

/** Code, machine, engine and versions. */
export function Environment({ run }: { run: RunDetail }) {
  const { gitCommit, gitDirty, host, machine, engine, versions, folder } = run;
  const { flags, memoryBytes, ...hardware } = machine ?? {};
  const facts: [string, string][] = [
    ['git commit', gitCommit === null ? 'outside of a repository' : gitCommit],
    ['git state', gitDirty === null ? '–' : gitDirty ? 'files differed from the commit' : 'as committed'],
    ['host', host ?? '–'],
    ['memory', typeof memoryBytes === 'number' ? formatBytes(memoryBytes) : '–'],
    ...flatten(hardware).map(([place, value]): [string, string] => [place, formatLeaf(value)]),
    ['instruction sets', Array.isArray(flags) ? flags.join(', ') : '–'],
    ...flatten({ engine: engine ?? {} }).map(([place, value]): [string, string] => [place, formatLeaf(value)]),
    ...flatten({ versions: versions ?? {} }).map(([place, value]): [string, string] => [place, formatLeaf(value)]),
    ['folder', folder ?? 'gone'],
  ];
  return <FactsCard title="Environment" facts={facts} />;
}

function FactsCard({ title, facts }: { title: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {facts.length === 0 ? <p class="quiet">There is none.</p> : <Facts kind="pairs" facts={facts} />}
    </section>
  );
}
