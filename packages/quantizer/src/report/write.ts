import { writeFile } from 'node:fs/promises';
import type { ArtifactWriter } from '@retort/shared';
import { modelCard } from './card.ts';
import { resultsCsv } from './csv.ts';
import type { Scored } from './figures.ts';
import { resultsPage } from './html/page.ts';
import { resultsMarkdown } from './markdown.ts';
import { writePredictions } from './predictions.ts';
import type { Results } from './results.ts';
import type { TextSet } from './text-set.ts';

/** Writes the files of the report: the same figures as JSON, Markdown, CSV and HTML, a card for each model, and the predictions. */
export async function writeReport(
  writer: Pick<ArtifactWriter, 'path'>,
  results: Results,
  predicted: {
    readonly sets: readonly TextSet[];
    /** In the order of the sets. */
    readonly scored: readonly (readonly Scored[])[];
    readonly labelNames: readonly string[];
  },
): Promise<void> {
  const files: Record<string, string> = {
    'results.json': `${JSON.stringify(results, null, 2)}\n`,
    'results.md': resultsMarkdown(results),
    'results.csv': resultsCsv(results),
    'report.html': resultsPage(results),
    ...Object.fromEntries(results.models.map(({ name }) => [`cards/${name}/README.md`, modelCard(results, name)])),
  };
  for (const [file, content] of Object.entries(files)) await writeFile(await writer.path(file), content);
  const { sets, scored, labelNames } = predicted;
  for (const [i, set] of sets.entries()) {
    writePredictions(await writer.path(`predictions/${set.name}.parquet`), scored[i], set, labelNames);
  }
}
