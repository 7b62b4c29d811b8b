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
import { resultMetrics } from '../report/metrics.ts';
import type { Results } from '../report/results.ts';
import { readEvaluation, splitTexts } from '../report/text-set.ts';
import { writeReport } from '../report/write.ts';
import { findModels } from './find-models.ts';

/**
 * The stage `report`: the four models and further ones on the test split and on further files, as tables, a page, a card for each
 * model, and their predictions.
 */
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
    const { models, artifacts, digests } = await findModels(experiment, dataset, split.labelNames, executor);
    const threads = availableParallelism();
    const sets = [
      splitTexts(split, dataset.manifest.outputs['test.parquet']),
      ...config.evaluations.map((evaluation) => readEvaluation(experiment, evaluation, split.labelNames)),
    ];
    const { lengths, runs, resources, robustnessTexts } = config.report;
    const { results: compared, scored } = await compareModels({
      ...{ models, sets, labelNames: split.labelNames },
      ...{ lengths, runs, resources, robustnessTexts },
      ...{ executor, threads, progress },
    });
    const results: Results = { format: 1, experiment: name, ...leftOutTexts(dataset), ...compared };
    const metrics = resultMetrics(results);
    await writeReport(writer, results, { sets, scored, labelNames: split.labelNames });
    writer.metrics.append(...Object.entries(metrics).map(([metric, value]) => ({ name: metric, value })));
    const manifest = await writer.commit({
      inputs: {
        ...artifactInputs([dataset, ...artifacts]),
        ...digests,
        ...Object.fromEntries(sets.slice(1).map(({ file, sha256 }) => [file, sha256])),
      },
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
