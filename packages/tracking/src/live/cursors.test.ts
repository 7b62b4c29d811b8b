import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runStatuses } from '../schema/index.ts';
import { decodePointsCursor, encodePointsCursor } from './points-cursor.ts';
import { decodeRunsCursor, encodeRunsCursor } from './read-runs.ts';

const run = fc.uuid();

describe('cursors', () => {
  it('of points come back as they were', () => {
    const line = fc.nat(2_147_483_647);
    const state = fc.oneof(fc.record({ line, status: fc.constantFrom(...runStatuses) }), fc.record({ line }));
    fc.assert(
      fc.property(fc.array(fc.tuple(run, state)), (entries) => {
        const states = new Map(entries);
        expect(decodePointsCursor(encodePointsCursor(states))).toEqual(states);
      }),
    );
  });

  it('of runs come back as they were', () => {
    const time = fc.nat(2 ** 31 - 1).map((seconds) => seconds * 1e6 + 123_456);
    fc.assert(
      fc.property(time, fc.array(fc.tuple(run, time), { maxLength: 100 }), (since, entries) => {
        const state = { since, told: new Map(entries) };
        expect(decodeRunsCursor(encodeRunsCursor(state))).toEqual(state);
      }),
    );
  });
});
