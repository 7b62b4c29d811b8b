import type { DataCard, Lineage } from '@retort/server/client';
import { FigureTable } from '../../charts/chart-figure.tsx';
import { usePage } from '../../context.ts';
import { findCard } from '../../lib/find-report.ts';
import { formatWhole } from '../../lib/format.ts';
import { questions } from '../../lib/questions.ts';
import { useQuery } from '../../lib/use-query.ts';
import { AbsentNote } from './absent-note.tsx';

/** What is in the data that the run was made from. */
export function DataCardSection({ lineages }: { lineages: readonly Lineage[] | undefined }) {
  const { api } = usePage();
  const prepare = lineages === undefined ? undefined : findCard(lineages.flatMap(({ runs }) => runs));
  const { data, error, reload } = useQuery(prepare === undefined ? undefined : `data card ${prepare}`, (signal) =>
    questions(api, signal).dataCard(prepare ?? ''),
  );
  if (prepare === undefined) return null;
  return (
    <section aria-labelledby="card-title">
      <h2 id="card-title">Data card</h2>
      {error !== undefined && <AbsentNote error={error} retry={reload} />}
      {data !== undefined && <Card card={data} />}
    </section>
  );
}

function Card({ card }: { card: DataCard }) {
  const { labels, splits, groups, sources, words, duplicates, rejects } = card;
  const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
  const perLabel = (counts: Readonly<Record<string, number>>) => labels.map((label) => counts[label] ?? 0);
  return (
    <div class="data-card">
      {card.warnings.map((warning) => (
        <p key={warning} class="note warning">
          {warning}.
        </p>
      ))}
      <p class="quiet">
        {formatWhole(card.texts)} texts of {labels.length} labels; near duplicates (Jaccard {duplicates.threshold} of
        word 3-grams) dropped: {duplicates.exact.within + duplicates.exact.across} exact,{' '}
        {duplicates.near.within + duplicates.near.across} near,{' '}
        {duplicates.conflicting.exact + duplicates.conflicting.near} with different labels; rejected rows:{' '}
        {sum(rejects)}.
        {card.unlabelled !== undefined && ` ${formatWhole(card.unlabelled.texts)} texts without labels beside them.`}
      </p>
      <div class="columns">
        <Part title="Splits">
          <FigureTable
            label="Splits"
            head={['split', ...labels, 'texts', 'groups']}
            rows={Object.entries(splits).map(([split, counts]) => [
              split,
              ...perLabel(counts),
              sum(counts),
              groups[split],
            ])}
          />
        </Part>
        <Part title="Words a text">
          <FigureTable
            label="Words"
            head={['label', 'least', 'quarter', 'median', 'three quarters', 'most']}
            rows={labels.flatMap((label) => {
              const found = words[label];
              return found === undefined ? [] : [[label, found.min, found.q1, found.median, found.q3, found.max]];
            })}
          />
        </Part>
        <Part title="Sources">
          <FigureTable
            label="Sources"
            head={['source', ...labels, 'texts']}
            rows={Object.entries(sources).map(([source, counts]) => [source, ...perLabel(counts), sum(counts)])}
          />
        </Part>
        <Part title="Files">
          <FigureTable
            label="Files"
            head={['file', 'rows', 'rejected']}
            rows={card.files.map(({ file, rows, rejected }) => [file, rows, rejected])}
          />
        </Part>
      </div>
    </div>
  );
}

function Part({ title, children }: { title: string; children: preact.ComponentChildren }) {
  return (
    <div class="card">
      <h3>{title}</h3>
      {children}
    </div>
  );
}
