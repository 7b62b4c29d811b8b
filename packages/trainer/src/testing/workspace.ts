import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Experiment, loadExperiment, Random, writeArtifact } from '@retort/shared';
import { parquetWriteFile } from 'hyparquet-writer';

export interface TinyExperiment {
  /** At most three. */
  readonly labels?: readonly string[];
  /** Of teacher and student, beside what makes them quick. */
  readonly training?: object;
  /** Of the student alone. */
  readonly studentTraining?: object;
  /** Keys of the student, beside its training. */
  readonly student?: object;
  readonly losses?: object;
  /** How many texts have no label. */
  readonly unlabelled?: number;
}

/** Every term of a distillation loss, for a student of half its teacher's width, on texts that are changed in each epoch. */
export const everyTerm = {
  student: { weights: 'random', layers: 2, hidden: 8, augmentation: { mask: 0.1, drop: 0.1 } },
  losses: {
    ...{ hard: 0.5, soft: 0.5, temperature: 2 },
    hiddenStates: { distance: 'mse', embeddings: true },
    attention: { layers: [[1, 1]] },
    relations: { heads: 4 },
  },
};

/** A workspace in a temporary folder whose experiment `tiny` has prepared data, ready for a teacher. */
export async function makeWorkspace({
  labels = ['calm', 'stormy'],
  training = {},
  studentTraining = {},
  student = { layers: 1 },
  losses = {},
  unlabelled = 0,
}: TinyExperiment = {}): Promise<Experiment> {
  const settings = { epochs: 2, batchSize: 8, learningRate: 3e-3, ...training };
  const experimentFile = {
    seed: 4,
    data: { sources: [{ path: 'texts.csv' }], labels },
    maxTokens: 16,
    teacher: { layers: 2, hidden: 16, heads: 2, intermediate: 32, training: settings },
    student: { ...student, training: { ...settings, ...studentTraining } },
    losses,
    report: { lengths: [16] },
  };
  const workspace = mkdtempSync(join(tmpdir(), 'retort-'));
  writeFileSync(join(workspace, 'nx.json'), '{}');
  mkdirSync(join(workspace, 'experiments/tiny'), { recursive: true });
  writeFileSync(join(workspace, 'experiments/tiny/experiment.json'), JSON.stringify(experimentFile));
  const experiment = loadExperiment('tiny', workspace);
  await writeArtifact(experiment, 'prepare', async (writer) => {
    for (const [name, count] of [
      ['train', 64],
      ['validation', 24],
    ] as const)
      writeSplit(await writer.path(`${name}.parquet`), name, { count, labels });
    if (unlabelled > 0) {
      writeSplit(await writer.path('unlabelled.parquet'), 'unlabelled', { count: unlabelled, labels });
    }
    writeFileSync(await writer.path('labels.json'), JSON.stringify(labels));
    await writer.commit({ inputs: {} });
  });
  return experiment;
}

/** What is told of the air in a text of each label. */
const air = ['breeze', 'gale', 'mist'];

/** Texts about the sea; one word tells the label. */
function writeSplit(
  filename: string,
  name: string,
  { count, labels }: { count: number; labels: readonly string[] },
): void {
  const random = new Random(1, name);
  const words = ['the', 'sea', 'lay', 'under', 'a', 'grey', 'sky', 'all', 'day'];
  const rows = Array.from({ length: count }, (_, i) => i);
  const text = rows.map((i) => [...random.shuffle([...words]), air[i % labels.length]].join(' '));
  const column = (key: string, data: (string | number)[]) => ({
    name: key,
    data,
    type: key === 'id' ? ('INT32' as const) : ('STRING' as const),
  });
  parquetWriteFile({
    filename,
    columnData: [
      column('id', rows),
      column('text', text),
      column(
        'label',
        rows.map((i) => labels[i % labels.length]),
      ),
      column('group', rows.map(String)),
      column(
        'source',
        rows.map(() => 'texts.csv'),
      ),
    ],
  });
}
