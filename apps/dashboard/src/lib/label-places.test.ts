import { describe, expect, it } from '@jest/globals';
import { placeLabels } from './label-places.ts';

describe('placeLabels', () => {
  it('writes a name to the right of its mark, or to the left where the picture ends', () => {
    const places = placeLabels(
      [
        { x: 50, y: 50, text: 'one' },
        { x: 290, y: 80, text: 'two' },
      ],
      { right: 300 },
    );
    expect(places.map((place) => place?.anchor)).toEqual(['start', 'end']);
  });

  it('lets names of neighbours not touch', () => {
    const places = placeLabels(
      [
        { x: 100, y: 50, text: 'a long name' },
        { x: 120, y: 52, text: 'another' },
      ],
      { right: 400 },
    );
    expect(places[0]).toEqual({ dx: -10, dy: 0, anchor: 'end' });
    expect(places[1]).toEqual({ dx: 10, dy: 0, anchor: 'start' });
  });

  it('gives up where there is no room', () => {
    expect(placeLabels([{ x: 10, y: 50, text: 'far too long for this' }], { right: 40 })).toEqual([null]);
  });
});
