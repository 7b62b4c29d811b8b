import { describe, expect, it } from '@jest/globals';
import { StretchCache } from './stretch-cache.ts';
import { TokenList } from './token-list.ts';

const units = (text: string) => Uint16Array.from(text, (character) => character.charCodeAt(0));

const found = new TokenList();

/** What the cache knows of a stretch that stands at a place of a text. */
function find(cache: StretchCache, text: string, start: number, end: number, place = start) {
  found.length = 0;
  if (!cache.append(units(text), start, end, found, place)) return undefined;
  return Array.from({ length: found.length }, (_, i) => [found.ids[i], found.starts[i], found.ends[i]]);
}

/** Keeps a stretch that stands alone, with one token. */
function keep(cache: StretchCache, stretch: string, id: number) {
  const tokens = new TokenList();
  tokens.push(id, 0, stretch.length);
  cache.add(units(stretch), 0, stretch.length, tokens, 0, 0);
}

describe('StretchCache', () => {
  it('gives the tokens of a stretch at the place where it stands now', () => {
    const cache = new StretchCache();
    const tokens = new TokenList();
    tokens.push(101, 0, 0);
    tokens.push(7, 3, 5);
    tokens.push(8, 5, 9);
    cache.add(units('a bcdefg'), 2, 8, tokens, 1, 3);
    expect(find(cache, 'bcdefg', 0, 6, 40)).toEqual([
      [7, 40, 42],
      [8, 42, 46],
    ]);
  });

  it('takes no stretch for another', () => {
    const cache = new StretchCache();
    for (let i = 0; i < 5000; i++) keep(cache, `w${i}`, i);
    const others = Array.from({ length: 5000 }, (_, i) => `v${i}`);
    expect(others.filter((stretch) => find(cache, stretch, 0, stretch.length) !== undefined)).toEqual([]);
  });

  it('gives each of many stretches its own tokens, and knows nearly all of them', () => {
    const cache = new StretchCache();
    const stretches = Array.from({ length: 20_000 }, (_, i) => `w${i}`);
    for (const [i, stretch] of stretches.entries()) keep(cache, stretch, i);
    const ids = stretches.map((stretch) => find(cache, stretch, 0, stretch.length)?.[0][0]);
    const known = ids.filter((id) => id !== undefined);
    expect(ids.filter((id, i) => id !== undefined && id !== i)).toEqual([]);
    expect(known.length).toBeGreaterThan(0.99 * stretches.length);
  });

  it('forgets all when it is full, and goes on', () => {
    const cache = new StretchCache();
    for (let i = 0; i <= 65_536; i++) keep(cache, `w${i}`, i);
    expect([find(cache, 'w65535', 0, 6), find(cache, 'w65536', 0, 6)]).toEqual([undefined, [[65_536, 0, 6]]]);
  });
});
