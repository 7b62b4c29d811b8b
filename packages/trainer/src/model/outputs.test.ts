import { describe, expect, it } from '@jest/globals';
import { goldenModel } from '../testing/golden.ts';
import { type ModelOutput, rowsFor } from './outputs.ts';

describe('rowsFor', () => {
  const { config } = goldenModel('bert-gradient');
  const last = config.layers - 1;

  it.each<[string, ModelOutput, string]>([
    ['logits', { kind: 'logits' }, 'cls'],
    ['[CLS] of the last hidden state', { kind: 'cls', state: config.layers }, 'cls'],
    ['attention below', { kind: 'queries', layer: last - 1 }, 'cls'],
    ['keys of the last layer', { kind: 'keys', layer: last }, 'values'],
    ['values of the last layer', { kind: 'values', layer: last }, 'values'],
    ['queries of the last layer', { kind: 'queries', layer: last }, 'queries'],
    ['the last hidden state', { kind: 'hidden_states', state: config.layers }, 'all'],
  ])('has the last layer compute what is asked for: %s', (_, output, rows) => {
    expect(rowsFor(config, [{ kind: 'logits' }, output])).toBe(rows);
  });

  it('has it compute all that is asked for', () => {
    const outputs = (['keys', 'queries', 'values'] as const).map((kind) => ({ kind, layer: last }));
    expect(rowsFor(config, outputs)).toBe('queries');
  });
});
