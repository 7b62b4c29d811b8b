import { describe, expect, it } from '@jest/globals';
import * as figures from './figures.ts';

describe('figures', () => {
  it.each([
    [figures.formatShare(0.977033), '97.70 %'],
    [figures.formatInterval(0.9612, 0.9861), '96.1 – 98.6 %'],
    [figures.formatPoints(0.0041), '+0.41 points'],
    [figures.formatPoints(-0.014), '−1.40 points'],
    [figures.formatPoints(-0.00001), '±0.00 points'],
    [figures.formatP(0.0234), '0.023'],
    [figures.formatP(1e-9), '< 0.001'],
    [figures.formatNumber(1280), '1,280'],
    [figures.formatNumber(0.0126293), '0.01263'],
    [figures.formatNumber(0.00003), '3.0e-5'],
    [figures.formatNumber(109_480_000), '109,480,000'],
    [figures.formatNumber(12_345_678.9), '1.23e7'],
    [figures.formatClock(100), '1:40'],
    [figures.formatClock(7500), '2:05:00'],
    [figures.formatNamed('validation.accuracy', 0.98), '98.00 %'],
    [figures.formatNamed('peak_memory_bytes', 7.08e8), '708.0 MB'],
    [figures.formatNamed('loss', 0.5), '0.5'],
    [figures.formatMilliseconds(8.4), '8.40 ms'],
    [figures.formatMilliseconds(191.6), '192 ms'],
    [figures.formatSeconds(45.4), '45 s'],
    [figures.formatSeconds(200), '3 min 20 s'],
    [figures.formatSeconds(7500), '2 h 05 min'],
    [
      figures.describeCompared(['prepare', 'report']),
      'the configuration of prepare, report, and code, machine and versions of the runs themselves',
    ],
    [
      figures.describeCompared([]),
      'each run’s own configuration, and code, machine and versions of the runs themselves',
    ],
    [figures.formatLeaf(null), '–'],
    [figures.formatLeaf(false), 'false'],
  ])('%s is %s', (written, wanted) => {
    expect(written).toBe(wanted);
  });
});
