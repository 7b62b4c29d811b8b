import { describe, expect, it } from '@jest/globals';
import { UserError } from '../errors.ts';
import { LabelFinder } from './labels.ts';

/** The error about a column's values, of which the first stands in line 2. */
function complaint(values: readonly string[], labels?: Record<string, string | null>): UserError {
  const finder = new LabelFinder({
    file: 'a.csv',
    config: { label: 'category', labels },
    labelNames: ['technical', 'billing support'],
  });
  values.forEach((value, i) => {
    finder.find(value, i + 2);
  });
  try {
    finder.requireKnown();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the error about unknown labels', () => {
  it('lists all of them, with their numbers and first lines', () => {
    expect(complaint(['x', 'technical', 'y', 'x']).message).toBe(
      '2 values of the column are no labels: "x" (2 rows, the first in line 2), "y" (line 4); known here: technical, billing support',
    );
  });

  it('stands at the first of them', () => {
    expect(complaint(['technical', 'x', 'y']).place).toEqual({ file: 'a.csv', line: 3, field: 'category' });
  });

  it.each([
    ['Technical', 'but for capitals, spaces and hyphens it is "technical"'],
    ['billing_support', 'but for capitals, spaces and hyphens it is "billing support"'],
    ['techncal', 'is "technical" meant?'],
  ])('says of %s which label it is near to', (value, how) => {
    expect(complaint([value]).message).toBe(
      `a value of the column is no label: "${value}" (line 2; ${how}); known here: technical, billing support`,
    );
  });

  it('gives the mapping that would do', () => {
    expect(complaint(['Technical', 'spam']).remedy).toMatch(
      /: "labels": \{ "Technical": "technical", "spam": null \}$/,
    );
  });

  it('gives the label that a near value of the mapping stands for', () => {
    expect(complaint(['Crashes'], { crashes: 'technical' }).remedy).toContain('{ "Crashes": "technical" }');
  });

  it('takes long values for texts, shows their beginning and asks for another column', () => {
    const { message, remedy } = complaint(['a'.repeat(100), 'b\nc']);
    expect(message).toContain(`"${'a'.repeat(80)}…" (line 2), "b\\nc" (line 3)`);
    expect(remedy).toMatch(/^name the column of the labels: "\w+" holds texts$/);
  });

  it('finds nothing near to a number', () => {
    expect(complaint(['2'], { 0: 'technical' }).message).toBe(
      'a value of the column is no label: "2" (line 2); known here: 0, technical, billing support',
    );
  });

  it('lists twenty of more', () => {
    const { message } = complaint(Array.from({ length: 23 }, (_, i) => `v${i}`));
    expect(message).toContain('"v19" (line 21) and 3 more; known');
    expect(message).not.toContain('"v20"');
  });

  it('knows no value that an object has by itself', () => {
    expect(complaint(['toString'], { 0: 'technical' }).message).toContain('"toString" (line 2)');
  });
});
