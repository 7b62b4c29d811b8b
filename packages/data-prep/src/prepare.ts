import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import {
  type Experiment,
  formatDuration,
  type Manifest,
  type Progress,
  sourcePath,
  UserError,
  writeArtifact,
} from '@retort/shared';
import { deduplicate } from './duplicates/deduplicate.ts';
import { readCsv } from './read/csv.ts';
import { readSource, type SourceRows } from './read/source.ts';
import { splitRows } from './split/split.ts';
import { makeCard } from './write/card.ts';
import { formatCard } from './write/card-markdown.ts';
import { type DatasetRow, writeDataset } from './write/dataset.ts';

/**
 * The `prepare` stage: reads the experiment's CSV sources, drops duplicates, splits, and writes the dataset with its data
 * card as the artifact `artifacts/<experiment>/prepare`.
 */
export async function prepare(experiment: Experiment, progress: Progress): Promise<Manifest> {
  const started = Date.now();
  const manifest = await writeArtifact(experiment, 'prepare', async (writer) => {
    const { seed, data } = experiment.config;
    const files = readSources(experiment, progress);
    const { rows, duplicates } = makeRows(experiment, files, progress);
    progress.update(`writing ${rows.length} texts`);
    const rejects = files.flatMap((file) => file.rejects);
    await writeDataset(writer, rows, data.labels, rejects);
    const card = makeCard({
      experiment: experiment.name,
      seed,
      labelNames: data.labels,
      rows,
      files,
      duplicates,
      threshold: data.duplicates.threshold,
      shares: data.split,
    });
    await writeFile(await writer.path('card.json'), `${JSON.stringify(card, null, 2)}\n`);
    await writeFile(await writer.path('README.md'), formatCard(card));
    for (const warning of card.warnings) progress.line(`warning: ${warning}`);
    const read = files.reduce((sum, file) => sum + file.rows, 0);
    return writer.commit({
      inputs: data.sources.map((source) => sourcePath(experiment, source)),
      metrics: {
        rows: read,
        texts: rows.length,
        rejected: rejects.length,
        duplicates: read - rejects.length - rows.length,
        ...Object.fromEntries(
          Object.entries(card.splits).map(([split, counts]) => [
            split,
            Object.values(counts).reduce((a, b) => a + b, 0),
          ]),
        ),
      },
    });
  });
  progress.line(summarise(manifest, (Date.now() - started) / 1000));
  return manifest;
}

function readSources(experiment: Experiment, progress: Progress): SourceRows[] {
  const { data } = experiment.config;
  return data.sources.map((config, index) => {
    const path = sourcePath(experiment, config);
    const file = relative(experiment.workspace, path);
    progress.update(`reading ${file}`);
    return readSource(readCsv(path, file), {
      file,
      index,
      config,
      labelNames: data.labels,
      maxTextLength: data.maxTextLength,
    });
  });
}

function makeRows(experiment: Experiment, files: readonly SourceRows[], progress: Progress) {
  const { seed, data } = experiment.config;
  const file = relative(experiment.workspace, `${experiment.folder}/experiment.json`);
  const examples = files.flatMap((source) => source.examples);
  if (examples.length === 0) {
    const [reject] = files.flatMap((source) => source.rejects);
    throw new UserError(`all ${files.flatMap((source) => source.rejects).length} rows are refused: ${reject?.reason}`, {
      place: { file: reject?.file ?? file, line: reject?.line },
      remedy: 'correct the rows, or the columns that experiment.json names',
    });
  }
  const { kept, clusters, repeats, counts } = deduplicate(examples, data.duplicates.threshold, (done) => {
    if (done % 256 === 0) progress.update(`looking for duplicates  ${done}/${examples.length}`);
  });
  const members = kept.map((row, i) => ({
    ...examples[row],
    // A row without a group takes that of its copy in another source: else the prompt would leak through it.
    group: [row, ...repeats[i]].map((same) => examples[same].group).find((group) => group !== undefined),
    cluster: clusters[i],
  }));
  progress.update(`splitting ${members.length} texts`);
  const splits = splitRows(members, { shares: data.split, seed, labelNames: data.labels, file });
  const firstOfCluster = new Map<number, number>();
  members.forEach(({ cluster }, id) => {
    if (!firstOfCluster.has(cluster)) firstOfCluster.set(cluster, id);
  });
  const rows = members.map(
    ({ text, label, group, source, cluster }, id): DatasetRow => ({
      id,
      text,
      label: data.labels[label],
      group: group ?? `text ${firstOfCluster.get(cluster)}`,
      source,
      split: splits[id],
    }),
  );
  return { rows, duplicates: counts };
}

function summarise({ experiment, metrics }: Manifest, seconds: number): string {
  const { texts, train, validation, test, duplicates, rejected } = metrics;
  return (
    `${texts} texts: train ${train}, validation ${validation}, test ${test}; ${duplicates} duplicates and ${rejected} ` +
    `rejects left out; artifacts/${experiment}/prepare (${formatDuration(seconds)})`
  );
}
