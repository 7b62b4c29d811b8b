import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paretoFront } from './pareto.ts';

const point = fc.record({ cost: fc.integer({ min: 1, max: 20 }), accuracy: fc.integer({ min: 0, max: 20 }) });

describe('paretoFront', () => {
  it('keeps exactly those that no other beats', () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 30 }), (points) => {
        const beaten = (p: (typeof points)[number]) =>
          points.some(
            ({ cost, accuracy }) =>
              cost <= p.cost && accuracy >= p.accuracy && (cost < p.cost || accuracy > p.accuracy),
          );
        const front = paretoFront(points);
        expect(new Set(front)).toEqual(new Set(points.filter((p) => !beaten(p))));
        expect(front.map(({ cost }) => cost)).toEqual(front.map(({ cost }) => cost).sort((a, b) => a - b));
      }),
    );
  });
});
