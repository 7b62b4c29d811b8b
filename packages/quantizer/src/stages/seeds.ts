import { writeFile } from 'node:fs/promises';
import {
  artifactInputs,
  type Experiment,
  experimentFile,
  type Manifest,
  type Progress,
  UserError,
  writeArtifact,
} from '@retort/shared';
import { compareSeeds, type SeedResults, seedMetrics } from '../seeds/compare-seeds.ts';
import { readSeedReports } from '../seeds/read-reports.ts';
import { seedsMarkdown } from '../seeds/seed-table.ts';

/** Compares the reports of all seeds of an experiment: `results.json` and `results.md` in the artifact `seeds`. */
export async function runSeeds(
  experiment: Experiment,
  progress: Progress,
): Promise<{ readonly results: SeedResults; readonly manifest: Manifest }> {
  requireSeeds(experiment);
  return writeArtifact(experiment, 'seeds', async (writer) => {
    progress.update('reading the reports');
    const { reports, artifacts } = await readSeedReports(experiment);
    const results = compareSeeds(experiment.name, reports);
    await writeFile(await writer.path('results.json'), `${JSON.stringify(results, null, 2)}\n`);
    await writeFile(await writer.path('results.md'), seedsMarkdown(results));
    const metrics = finalFigures(results);
    writer.metrics.append(...Object.entries(metrics).map(([name, value]) => ({ name, value })));
    return { results, manifest: await writer.commit({ inputs: artifactInputs(artifacts), metrics }) };
  });
}

function requireSeeds(experiment: Experiment): void {
  const { name, config } = experiment;
  if (config.seeds !== undefined && !name.includes('@')) return;
  const place = { file: experimentFile(experiment), field: 'seeds' };
  throw new UserError(`"${name}" has one seed: there is nothing to compare`, {
    place,
    remedy:
      config.seeds === undefined
        ? `name several, such as "seeds": [${[0, 1, 2].map((i) => config.seed + i).join(', ')}]`
        : `run: nx run ${name.slice(0, name.indexOf('@'))}:seeds`,
  });
}

/** The means and the ends of their intervals, by names such as `student.accuracy` and `student-teacher.loss.low`. */
function finalFigures({ models, differences }: SeedResults): Record<string, number> {
  const figures: Record<string, number> = {};
  for (const [suffix, rows] of [
    ['', models],
    ['-teacher', differences],
  ] as const) {
    for (const row of rows) {
      for (const metric of seedMetrics) {
        const spread = row[metric];
        if (spread === null) continue;
        const name = `${row.name}${suffix}.${metric}`;
        figures[name] = spread.mean;
        [figures[`${name}.low`], figures[`${name}.high`]] = spread.interval;
      }
    }
  }
  return figures;
}
