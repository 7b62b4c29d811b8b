import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCsv, loadExperiment, type Manifest, type Progress, Random } from '@retort/shared';
import { prepare } from '../prepare.ts';

/** 30 words drawn at random. */
export function words(seed: number): string {
  const random = new Random(seed);
  return Array.from({ length: 30 }, () => `w${random.integer(1000)}`).join(' ');
}

/** 40 rows each: text and label; and text, label, one of 8 prompts, model and one more column. */
export const human = Array.from({ length: 40 }, (_, i) => [words(i), '0']);
export const ai = Array.from({ length: 40 }, (_, i) => [words(1000 + i), '1', `prompt ${i % 8}`, 'a model', 'False']);

/** A workspace in a temporary folder whose experiment `x` has two CSV files, one of them with groups. */
export class PrepareWorkspace {
  readonly root = mkdtempSync(join(tmpdir(), 'retort-'));
  /** The artifact's folder. */
  readonly target = this.path('artifacts/x/prepare');
  /** What the stage has printed. */
  readonly lines: string[] = [];

  constructor() {
    mkdirSync(this.path('experiments/x'), { recursive: true });
    mkdirSync(this.path('data/raw'), { recursive: true });
    writeFileSync(this.path('nx.json'), '{}');
    this.writeData();
    this.writeHuman(human);
    this.writeAi(ai);
  }

  path(file: string): string {
    return join(this.root, file);
  }

  read(file: string): string {
    return readFileSync(join(this.target, file), 'utf8');
  }

  /** Writes `experiment.json` with further keys of `data`. */
  writeData(data: object = {}): void {
    const sources = [
      { path: 'human.csv', label: 'generated', labels: { 0: 'human', 1: 'ai' } },
      { path: '/data/raw/ai.csv', group: 'prompt_name', source: 'source', labels: { 0: 'human', 1: 'ai' } },
    ];
    const config = { data: { labels: ['human', 'ai'], sources, ...data } };
    writeFileSync(this.path('experiments/x/experiment.json'), JSON.stringify(config));
  }

  /** Changes keys of `experiment.json` beside `data`. */
  configure(changes: object): void {
    const path = this.path('experiments/x/experiment.json');
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
  }

  writeHuman(rows: readonly (readonly string[])[]): void {
    writeFileSync(this.path('experiments/x/human.csv'), formatCsv(['text', 'generated'], rows));
  }

  writeAi(rows: readonly (readonly string[])[]): void {
    const columns = ['text', 'label', 'prompt_name', 'source', 'RDizzl3_seven'];
    writeFileSync(this.path('data/raw/ai.csv'), formatCsv(columns, rows));
  }

  run(experiment = 'x'): Promise<Manifest> {
    const progress: Progress = {
      update: () => undefined,
      line: (text) => this.lines.push(text),
      done: () => undefined,
    };
    return prepare(loadExperiment(experiment, this.root), progress);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
