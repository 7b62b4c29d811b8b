import { tokenColor } from '../lib/theme.ts';

/** Dashes, in pixels: with eight colours they tell more series apart than eight, and the first eight without colours by their labels. */
const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3]];
const tokens = [1, 2, 3, 4, 5, 6, 7, 8].map((number): `--${string}` => `--series-${number}`);

/** The custom property with the colour of the series at a place. */
export function seriesToken(place: number): `--${string}` {
  return tokens[place % tokens.length];
}

/** The colour of the series at a place, as canvas and exported files need it. */
export function seriesColor(place: number): string {
  return tokenColor(seriesToken(place));
}

export function seriesDash(place: number): readonly number[] {
  return dashes[Math.floor(place / tokens.length) % dashes.length];
}
