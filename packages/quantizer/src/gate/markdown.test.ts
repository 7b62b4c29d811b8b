import { describe, expect, it } from '@jest/globals';
import { gateSchema } from '@retort/shared';
import { inWholeTexts } from './markdown.ts';

describe('tolerances in whole texts', () => {
  const tolerances = gateSchema.parse({});

  it('say what they come to where the texts can tell', () => {
    expect(inWholeTexts(1000, tolerances)).toBe('That is 5 of these texts with another label and 2 lost.');
  });

  it('say what one text is, and how many it takes, where they cannot', () => {
    expect(inWholeTexts(250, tolerances)).toBe(
      'That is 1 of these texts with another label and 1 lost: one is always allowed, and is 0.40 points here. ' +
        'To hold a model to 0.20 points takes 500 texts.',
    );
  });

  it('name no number of texts for a tolerance of nothing', () => {
    expect(inWholeTexts(250, { ...tolerances, accuracyLoss: 0 })).toMatch(/0\.40 points here\.$/);
  });
});
