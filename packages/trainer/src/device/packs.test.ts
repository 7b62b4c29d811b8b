import { describe, expect, it } from '@jest/globals';
import { countParameters, parameterSpecs } from '../model/parameters.ts';
import { parameterGroups } from '../optimizer/parameter-groups.ts';
import { tinyConfig } from '../testing/tiny-training.ts';
import { packed, packsOf } from './packs.ts';

const of = (settings: Parameters<typeof parameterGroups>[1], config = tinyConfig) =>
  packsOf(config, parameterGroups(config, settings));

describe('packsOf', () => {
  it('puts what decays into one pack and what does not into another, each parameter once', () => {
    const packs = of({ weightDecay: 0.01 });
    expect(packs.map(({ weightDecay }) => weightDecay)).toEqual([0.01, 0]);
    const names = packs.flatMap(({ members }) => members.map(({ name }) => name));
    expect(names.sort()).toEqual(
      parameterSpecs(tinyConfig)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('lays members end to end, and fills the last row', () => {
    for (const { members, length } of of({ weightDecay: 0 })) {
      let end = 0;
      for (const { shape, ...member } of members) {
        expect(member.start).toBe(end);
        end += shape.reduce((a, b) => a * b, 1);
        expect(member.end).toBe(end);
      }
      expect(length % 1024).toBe(0);
      expect(length - end).toBeGreaterThanOrEqual(0);
      expect(length - end).toBeLessThan(1024);
    }
  });

  it('leaves out what is frozen', () => {
    const members = of({ weightDecay: 0.01, freeze: 'embeddings' }).flatMap((pack) => pack.members);
    expect(members.length).toBeGreaterThan(0);
    expect(members.filter(({ name }) => name.includes('embeddings'))).toEqual([]);
  });

  it('has packs of their own for layers with learning rates of their own', () => {
    const scales = of({ weightDecay: 0, layerDecay: 0.5 }).map(({ learningRateScale }) => learningRateScale);
    expect(new Set(scales).size).toBe(tinyConfig.layers + 2);
    expect(scales.length).toBe(tinyConfig.layers + 2);
  });

  it('binds no more than every GPU does', () => {
    const base = { ...tinyConfig, vocabularySize: 30_522, layers: 12, hidden: 768, heads: 12, intermediate: 3072 };
    const packs = of({ weightDecay: 0.01 }, base);
    expect(Math.max(...packs.map(({ length }) => length))).toBeLessThanOrEqual(2 ** 25);
    const elements = packs.map(({ members }) => members.at(-1)?.end ?? 0);
    expect(elements.reduce((a, b) => a + b)).toBe(countParameters(base));
    expect(packs.length).toBeLessThan(8);
  });
});

describe('packed', () => {
  it('has each member at its place, and zeros behind', () => {
    const [pack] = of({ weightDecay: 0 });
    const data = packed(pack, (name) =>
      new Float32Array(pack.members.find((m) => m.name === name)?.shape.reduce((a, b) => a * b, 1) ?? 0).fill(
        name.length,
      ),
    );
    for (const { name, start, end } of pack.members) {
      expect([data[start], data[end - 1]]).toEqual([name.length, name.length]);
    }
    expect(data.subarray(pack.members.at(-1)?.end).every((x) => x === 0)).toBe(true);
  });
});
