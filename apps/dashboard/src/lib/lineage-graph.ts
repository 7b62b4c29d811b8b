import type { Lineage } from '@retort/server/client';
import { layoutGraph, type Placed } from './dag.ts';

/** A box of the lineage: a run, an artifact that no run here made, or a model that is served. */
export type LineageNode =
  | {
      readonly id: string;
      readonly kind: 'run';
      readonly title: string;
      readonly detail: string;
      readonly run: string;
      readonly status: string;
    }
  | { readonly id: string; readonly kind: 'source' | 'served'; readonly title: string; readonly detail: string };

export interface LineageGraph {
  readonly placed: readonly Placed<LineageNode>[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** A model that the server serves, and the artifact folder in which it lies. */
export interface Served {
  readonly id: string;
  readonly experiment: string;
  readonly stage: string;
}

/**
 * What a run was made from and what was made from it, as a graph: artifacts that a run made are the edges between runs, the others boxes of their
 * own. `lineages`: up and down; what both name counts once.
 */
export function lineageGraph(
  lineages: readonly Lineage[],
  { own, served = [] }: { readonly own?: string; readonly served?: readonly Served[] } = {},
): LineageGraph {
  const runs = new Map(lineages.flatMap(({ runs }) => runs.map((run) => [run.run, run] as const)));
  const artifacts = new Map(lineages.flatMap(({ artifacts }) => artifacts.map((one) => [one.id, one] as const)));
  const uses = new Map(
    lineages.flatMap(({ edges }) => edges.map((edge) => [`${edge.role} ${edge.run} ${edge.artifact}`, edge] as const)),
  );
  const makers = new Map<number, string[]>();
  for (const { role, run, artifact } of uses.values()) {
    if (role === 'output') makers.set(artifact, [...(makers.get(artifact) ?? []), run]);
  }
  const shown = new Set([...makers.values()].map((made) => makerOf(made, runs, own)));
  const nodes = new Map<string, LineageNode>();
  const edges = new Map<string, { from: string; to: string }>();
  const join = (from: string, to: string) => edges.set(`${from} ${to}`, { from, to });
  for (const { role, run, artifact } of uses.values()) {
    const found = artifacts.get(artifact);
    if (role !== 'input' || found === undefined) continue;
    const made = makers.get(artifact);
    if (made !== undefined) {
      join(makerOf(made, runs, own), run);
      continue;
    }
    const source = sourceOf(found);
    nodes.set(source.id, source);
    join(source.id, run);
  }
  const twins = new Set([...makers.values()].flat().filter((run) => !shown.has(run)));
  for (const { run, stage, project, status } of runs.values()) {
    if (twins.has(run)) continue;
    nodes.set(run, { id: run, kind: 'run', title: stage, detail: project, run, status });
    for (const model of served) {
      if (model.stage !== stage || model.experiment !== project) continue;
      nodes.set(`served ${model.id}`, { id: `served ${model.id}`, kind: 'served', title: 'served', detail: model.id });
      join(run, `served ${model.id}`);
    }
  }
  const all = [...edges.values()].filter(({ from, to }) => !twins.has(from) && !twins.has(to));
  return { placed: layoutGraph([...nodes.values()], all), edges: all };
}

/** Of runs that made the same bytes at the same place the one that is looked at, else the newest. */
function makerOf(
  made: readonly string[],
  runs: ReadonlyMap<string, Lineage['runs'][number]>,
  own: string | undefined,
): string {
  if (own !== undefined && made.includes(own)) return own;
  const started = (run: string) => runs.get(run)?.startedAt ?? '';
  return [...made].sort((a, b) => started(b).localeCompare(started(a)))[0];
}

/** The files of one checkpoint of the hub are one box. */
function sourceOf({ folder, kind, sha256 }: Lineage['artifacts'][number]): LineageNode {
  const [, model] = /^hub:([^@/]+(?:\/[^@/]+)?)@/.exec(folder) ?? [];
  if (model !== undefined) return { id: `hub ${model}`, kind: 'source', title: 'checkpoint', detail: model };
  const title = kind === 'source' ? 'file' : kind;
  return { id: `artifact ${folder} ${sha256}`, kind: 'source', title, detail: folder.split('/').at(-1) ?? folder };
}
