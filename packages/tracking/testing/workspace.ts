import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArtifactWriter, type Experiment, loadExperiment, type Stage, writeArtifact } from '@retort/shared';

/** A workspace in a temporary folder, with the experiment `sample` of the seeds 1 and 2. */
export function createTestWorkspace() {
  const workspace = realpathSync(mkdtempSync(join(tmpdir(), 'retort-')));
  writeFileSync(join(workspace, 'nx.json'), '{}');
  mkdirSync(join(workspace, 'experiments/sample'), { recursive: true });
  const config = { seed: 1, seeds: [1, 2], data: { sources: [{ path: 'a.csv' }], labels: ['human', 'ai'] } };
  writeFileSync(join(workspace, 'experiments/sample/experiment.json'), JSON.stringify(config));
  writeFileSync(join(workspace, 'experiments/sample/a.csv'), 'text,label\n');
  const experiment = (name = 'sample'): Experiment => loadExperiment(name, workspace);
  return {
    workspace,
    path: (file: string) => join(workspace, file),
    experiment,
    /** Runs a stage that appends `points` points of a loss. */
    run: (stage: Stage, points: number, { name = 'sample', inputs = {}, files }: RunOptions = {}): Promise<unknown> =>
      writeArtifact(experiment(name), stage, async (writer) => {
        await appendLosses(writer, points);
        for (const [file, content] of Object.entries(files ?? { 'a.txt': stage })) {
          writeFileSync(await writer.path(file), content);
        }
        await writer.commit({ inputs, metrics: { accuracy: 0.9 } });
      }),
    /** A stage that appends points and fails. */
    fail: async (stage: Stage, points: number, message: string): Promise<void> => {
      try {
        await writeArtifact(experiment(), stage, async (writer) => {
          await appendLosses(writer, points);
          throw new Error(message);
        });
      } catch (error) {
        if ((error as Error).message !== message) throw error;
      }
    },
    remove: () => rmSync(workspace, { recursive: true, force: true }),
  };
}

interface RunOptions {
  readonly name?: string;
  readonly inputs?: Record<string, string>;
  readonly files?: Record<string, string>;
}

async function appendLosses(writer: ArtifactWriter, points: number): Promise<void> {
  for (let step = 1; step <= points; step++) writer.metrics.append({ name: 'train.loss', value: 1 / step, step });
}
