import { shortIds } from '@retort/tracking/filter';

interface Named {
  readonly run: string;
  readonly project: string;
  readonly stage: string;
}

/** Short names of runs, in their order: what tells them apart, which is the project or the stage, both, or besides them the end of the id, as all lists show it. */
export function nameRuns(runs: readonly Named[]): string[] {
  const oneStage = new Set(runs.map(({ stage }) => stage)).size === 1 && runs.length > 1;
  const names = runs.map(({ project, stage }) => (oneStage ? project : `${project}/${stage}`));
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  const ids = shortIds(runs.map(({ run }) => run));
  return names.map((name, i) => (count.get(name) === 1 ? name : `${name} ${ids[i]}`));
}
