import { describe, expect, it } from '@jest/globals';
import { Random } from '@retort/shared';
import { type Comparable, deduplicate } from './deduplicate.ts';
import { jaccard, shingle } from './shingles.ts';

const words = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `word${from + i}`).join(' ');
const row = (text: string, label = 0, sourceIndex = 0): Comparable => ({ text, label, sourceIndex });
/** 60 words and neighbours that share 50 of its words: similar by 0.7 and more. */
const base = words(0, 60);
const near = words(3, 63);

describe('deduplicate', () => {
  it('keeps the first of equal texts and counts them within and across sources', () => {
    const { kept, repeats, counts } = deduplicate([row(base), row(base), row('other'), row(base, 0, 1)], 0.8);
    expect(kept).toEqual([0, 2]);
    expect(repeats).toEqual([[1, 3], []]);
    expect(counts.exact).toEqual({ within: 1, across: 1 });
  });

  it('keeps the first of near duplicates and counts them within and across sources', () => {
    const { kept, counts } = deduplicate([row(base), row(near), row(words(2, 62), 0, 1)], 0.8);
    expect(kept).toEqual([0]);
    expect(counts.near).toEqual({ within: 1, across: 1 });
  });

  it('keeps texts below the threshold', () => {
    expect(jaccard(shingle(base), shingle(near))).toBeLessThan(0.95);
    expect(deduplicate([row(base), row(near)], 0.95).kept).toEqual([0, 1]);
  });

  it('takes a text that differs in case alone as a near duplicate', () => {
    expect(deduplicate([row(base), row(base.toUpperCase())], 1).counts.near.within).toBe(1);
  });

  it.each([
    ['look-alikes of Latin letters', base.replaceAll('o', '\u043e')],
    ['characters of no width', base.replaceAll('or', 'o\u200br')],
  ])('takes a text that differs in %s alone as a near duplicate', (_, copy) => {
    expect(deduplicate([row(base), row(copy)], 1).counts.near.within).toBe(1);
  });

  it('drops every text whose copies disagree in the label', () => {
    const { kept, counts } = deduplicate([row(base, 0), row('other'), row(base, 1), row(base, 0)], 0.8);
    expect(kept).toEqual([1]);
    expect(counts.conflicting).toEqual({ exact: 3, near: 0 });
    expect(counts.exact).toEqual({ within: 0, across: 0 });
  });

  it('drops near duplicates that disagree in the label', () => {
    const { kept, counts } = deduplicate([row(base, 0), row(near, 1), row('other')], 0.8);
    expect(kept).toEqual([2]);
    expect(counts.conflicting).toEqual({ exact: 0, near: 2 });
  });

  it('tells of each dropped row what it repeats, and in a conflict a row with another label', () => {
    const rows = [row(base), row('other', 0), row(near), row('other', 0), row('other', 1)];
    expect(deduplicate(rows, 0.8).dropped).toEqual([
      { row: 1, kind: 'exact', conflicting: true, of: 4 },
      { row: 2, kind: 'near', conflicting: false, of: 0 },
      { row: 3, kind: 'exact', conflicting: true, of: 1 },
      { row: 4, kind: 'exact', conflicting: true, of: 1 },
    ]);
  });

  it('puts texts that share a near duplicate into one cluster', () => {
    const rows = [row(words(0, 60)), row(words(8, 68)), row(words(4, 64)), row('alone')];
    const { kept, clusters } = deduplicate(rows, 0.85);
    expect(kept).toEqual([0, 1, 3]);
    expect(clusters[0]).toBe(clusters[1]);
    expect(clusters[2]).not.toBe(clusters[0]);
  });

  it('counts every row once: kept or dropped', () => {
    const random = new Random(1);
    const rows = Array.from({ length: 300 }, () => {
      const start = random.integer(60);
      return row(words(start, start + 40), random.integer(8) === 0 ? 1 : 0, random.integer(2));
    });
    const { kept, counts, dropped: listed } = deduplicate(rows, 0.8);
    const { exact, near, conflicting } = counts;
    const dropped = exact.within + exact.across + near.within + near.across + conflicting.exact + conflicting.near;
    expect(kept.length + dropped).toBe(rows.length);
    expect([...kept, ...listed.map((one) => one.row)].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
  });

  it('leaves no two near duplicates', () => {
    const random = new Random(2);
    const rows = Array.from({ length: 200 }, () => {
      const start = random.integer(400);
      return row(words(start, start + 40));
    });
    const sets = deduplicate(rows, 0.6).kept.map((i) => shingle(rows[i].text));
    const worst = Math.max(...sets.flatMap((a, i) => sets.slice(0, i).map((b) => jaccard(a, b))));
    expect(worst).toBeLessThan(0.6);
  });
});
