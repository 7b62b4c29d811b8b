import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { type Executor, onnxruntimeCpu } from '@retort/runtime';
import {
  type Artifact,
  artifactInputs,
  type Experiment,
  type Manifest,
  openArtifact,
  type Progress,
  readSplit,
  splitNames,
  writeArtifact,
} from '@retort/shared';
import { compareModels } from '../report/compare.ts';
import { resultsMarkdown } from '../report/markdown.ts';
import { resultMetrics } from '../report/metrics.ts';
import type { Results } from '../report/results.ts';
import { findModels } from './find-models.ts';

/** The stage `report`: the four models on the test split, as `results.json` and `results.md`. */
export async function runReport(
  experiment: Experiment,
  progress: Progress,
  executor: Executor = onnxruntimeCpu,
): Promise<{ readonly results: Results; readonly manifest: Manifest }> {
  const { workspace, name, config } = experiment;
  return writeArtifact(experiment, 'report', async (writer) => {
    progress.update('opening the models');
    const dataset = await openArtifact(workspace, name, 'prepare');
    const split = await readSplit(dataset.folder, 'test');
    const { models, artifacts } = await findModels(experiment, dataset, split.labelNames);
    const threads = availableParallelism();
    const results: Results = {
      format: 1,
      experiment: name,
      ...leftOutTexts(dataset),
      ...(await compareModels({
        models,
        split,
        splitSha256: dataset.manifest.outputs['test.parquet'],
        lengths: config.report.lengths,
        runs: config.report.runs,
        executor,
        threads,
        progress,
      })),
    };
    const metrics = resultMetrics(results);
    await writeFile(await writer.path('results.json'), `${JSON.stringify(results, null, 2)}\n`);
    await writeFile(await writer.path('results.md'), resultsMarkdown(results));
    writer.metrics.append(...Object.entries(metrics).map(([metric, value]) => ({ name: metric, value })));
    const manifest = await writer.commit({
      inputs: artifactInputs([dataset, ...artifacts]),
      metrics,
      versions: { [executor.name]: executor.version },
    });
    return { results, manifest };
  });
}

/** The texts that a trial left out, if the dataset is one's. */
function leftOutTexts({ manifest: { metrics } }: Artifact): Pick<Results, 'leftOut'> {
  const leftOut = splitNames
    .map((split) => [split, metrics[`${split}LeftOut`]] as const)
    .filter(([, texts]) => texts !== undefined);
  return leftOut.length === 0 ? {} : { leftOut: Object.fromEntries(leftOut) };
}
