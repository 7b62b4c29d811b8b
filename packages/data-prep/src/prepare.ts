import { writeFile } from 'node:fs/promises';
import {
  artifactOwner,
  type Experiment,
  experimentFile,
  formatDuration,
  type Manifest,
  type Progress,
  readSource,
  readSourceFile,
  type SourceConfig,
  type SourceRows,
  UserError,
  writeArtifact,
} from '@retort/shared';
import { dropRepeats, type LabelledText } from './duplicates/unlabelled.ts';
import { makeLabelledRows } from './labelled-rows.ts';
import { readUnlabelledSource } from './read/unlabelled.ts';
import { makeCard, type UnlabelledResult } from './write/card.ts';
import { formatCard } from './write/card-markdown.ts';
import { writeDataset, writeUnlabelled } from './write/dataset.ts';
import { writeDuplicates } from './write/duplicates.ts';
import { prepareMetrics, summarise } from './write/summary.ts';

/**
 * The `prepare` stage: reads the experiment's CSV sources, drops duplicates, splits, and writes the dataset with its data
 * card as the artifact `artifacts/<experiment>/prepare`.
 */
export async function prepare(experiment: Experiment, progress: Progress): Promise<Manifest> {
  requireOwnSeed(experiment);
  const started = Date.now();
  const manifest = await writeArtifact(experiment, 'prepare', async (writer) => {
    const { seed, data } = experiment.config;
    const file = experimentFile(experiment);
    const digests: Record<string, string> = {};
    const files = readSources(experiment, digests, progress);
    const { all, drawn, duplicates, dropped, linked, known, heldOutGroups } = makeLabelledRows(
      experiment,
      files,
      file,
      progress,
    );
    const unlabelled =
      data.unlabelled.length === 0 ? undefined : readUnlabelled(experiment, digests, known, heldOutGroups, progress);
    progress.update(`writing ${drawn.length} texts`);
    const unlabelledRejects = unlabelled?.files.flatMap(({ rejects }) => rejects) ?? [];
    const rejects = [...files.flatMap((source) => source.rejects), ...linked, ...unlabelledRejects];
    await writeDataset(writer, drawn, data.labels, rejects);
    await writeDuplicates(writer, dropped);
    // Numbers that no labelled text has, so that an id means one text.
    if (unlabelled !== undefined) await writeUnlabelled(writer, unlabelled.texts, all.length);
    const card = makeCard({
      experiment: experiment.name,
      seed: data.split.seed ?? seed,
      labelNames: data.labels,
      all,
      rows: drawn,
      files,
      duplicates,
      rejects,
      threshold: data.duplicates.threshold,
      shares: data.split,
      unlabelled,
    });
    await writeFile(await writer.path('card.json'), `${JSON.stringify(card, null, 2)}\n`);
    await writeFile(await writer.path('README.md'), formatCard(card));
    for (const warning of card.warnings) progress.line(`warning: ${warning}`);
    return writer.commit({
      inputs: digests,
      metrics: prepareMetrics(card, files),
    });
  });
  progress.line(summarise(manifest, formatDuration((Date.now() - started) / 1000)));
  return manifest;
}

/** Another seed must not put its dataset in the place of the one that all seeds share. */
function requireOwnSeed({ name }: Experiment): void {
  const owner = artifactOwner(name, 'prepare');
  if (owner === name) return;
  throw new UserError(`all seeds of "${owner}" share its dataset: "${name}" has none of its own`, {
    remedy: `run: nx run ${owner}:prepare`,
  });
}

/** Reads a file of the experiment and notes its sha256 in `digests`. */
function readFileOf(
  experiment: Experiment,
  config: Pick<SourceConfig, 'path' | 'delimiter'>,
  digests: Record<string, string>,
  progress: Progress,
) {
  progress.update(`reading ${config.path}`);
  const { csv, file, sha256 } = readSourceFile(experiment, config);
  digests[file] = sha256;
  return { csv, file };
}

function readSources(experiment: Experiment, digests: Record<string, string>, progress: Progress): SourceRows[] {
  const { data } = experiment.config;
  return data.sources.map((config, index) => {
    const { csv, file } = readFileOf(experiment, config, digests, progress);
    return readSource(csv, {
      file,
      index,
      config,
      labelNames: data.labels,
      maxTextLength: data.maxTextLength,
    });
  });
}

function readUnlabelled(
  experiment: Experiment,
  digests: Record<string, string>,
  known: readonly LabelledText[],
  heldOutGroups: ReadonlySet<string>,
  progress: Progress,
): UnlabelledResult {
  const { unlabelled, maxTextLength, duplicates } = experiment.config.data;
  const files = unlabelled.map((config) => {
    const { csv, file } = readFileOf(experiment, config, digests, progress);
    return readUnlabelledSource(csv, { file, config, maxTextLength });
  });
  const read = files.flatMap(({ texts }) => texts);
  const allowed = read.filter(({ group }) => group === undefined || !heldOutGroups.has(group));
  const { kept, repeats } = dropRepeats(allowed, known, duplicates.threshold, (done) => {
    if (done % 256 === 0) progress.update(`comparing unlabelled texts  ${done}/${allowed.length}`);
  });
  return { files, texts: kept, repeats, heldOut: read.length - allowed.length };
}
