import type { RunDetail } from '@retort/server/client';
import { formatLeaf } from '../../lib/figures.ts';
import { flatten } from '../../lib/flatten.ts';
import { formatBytes } from '../../lib/format.ts';

/** The stage's part of the configuration, with defaults. */
export function Configuration({ run }: { run: RunDetail }) {
  return (
    <Facts title="Configuration" facts={flatten(run.config).map(([place, value]) => [place, formatLeaf(value)])} />
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
  return <Facts title="Environment" facts={facts} />;
}

function Facts({ title, facts }: { title: string; facts: readonly (readonly [string, string])[] }) {
  return (
    <section class="card">
      <h2>{title}</h2>
      {facts.length === 0 ? (
        <p class="quiet">There is none.</p>
      ) : (
        <dl class="pairs">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
