import { describe, expect, it } from '@jest/globals';
import type { Lineage } from '@retort/server/client';
import { lineageGraph } from './lineage-graph.ts';

const run = (stage: string): Lineage['runs'][number] => ({
  ...{ run: stage, experiment: 'a', project: 'a', stage, status: 'succeeded', seed: 1, seconds: 1, points: 0 },
  ...{ startedAt: '2026-01-01T00:00:00Z', endedAt: null, exitReason: null, gitCommit: null, gitDirty: null },
  ...{ host: null, folder: null, figures: {}, notes: '', tags: [], archived: false },
});
const artifact = (id: number, folder: string, kind = 'source') => ({ id, kind, sha256: '0', folder, size: null });

const up: Lineage = {
  runs: [run('prepare'), run('distill')],
  artifacts: [
    artifact(1, 'data/raw/a.csv'),
    artifact(2, 'artifacts/a/prepare', 'prepare'),
    artifact(3, 'hub:org/name@0a/config.json'),
    artifact(4, 'hub:org/name@0a/model.safetensors'),
  ],
  edges: [
    { run: 'prepare', artifact: 1, role: 'input' },
    { run: 'prepare', artifact: 2, role: 'output' },
    { run: 'distill', artifact: 2, role: 'input' },
    { run: 'distill', artifact: 3, role: 'input' },
    { run: 'distill', artifact: 4, role: 'input' },
  ],
};

describe('lineageGraph', () => {
  const { placed, edges } = lineageGraph([up, up], {
    served: [{ id: 'student', experiment: 'a', stage: 'distill' }],
  });

  it('joins runs by the artifacts that one made and the other read', () => {
    expect(edges).toContainEqual({ from: 'prepare', to: 'distill' });
  });

  it('has boxes for files and checkpoints, each checkpoint once, and for what is served', () => {
    expect(placed.map(({ node, column }) => [node.title, node.detail, column])).toEqual(
      expect.arrayContaining([
        ['file', 'a.csv', 0],
        ['checkpoint', 'org/name', 0],
        ['prepare', 'a', 1],
        ['distill', 'a', 2],
        ['served', 'student', 3],
      ]),
    );
    expect(placed).toHaveLength(5);
  });

  it('shows of runs that made the same bytes the newest, or the one that is looked at', () => {
    const twins: Lineage = {
      ...up,
      runs: [...up.runs, { ...run('again'), startedAt: '2026-01-02T00:00:00Z' }],
      edges: [...up.edges, { run: 'again', artifact: 2, role: 'output' }, { run: 'again', artifact: 1, role: 'input' }],
    };
    const shown = (own?: string) => lineageGraph([twins], { own }).placed.map(({ node }) => node.id);
    expect([shown().includes('again'), shown().includes('prepare')]).toEqual([true, false]);
    expect([shown('prepare').includes('again'), shown('prepare').includes('prepare')]).toEqual([false, true]);
  });
});
