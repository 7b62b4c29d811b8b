import { describe, expect, it } from '@jest/globals';
import type { Progress } from '@retort/shared';
import { countParameters } from '../model/parameters.ts';
import { frozenParameters } from '../optimizer/parameter-groups.ts';
import { tinyConfig, tinySettings } from '../testing/tiny-training.ts';
import { announceDeviceMemory, estimateDeviceMemory } from './device.ts';

const question = {
  config: tinyConfig,
  losses: { hard: 1, soft: 0, temperature: 1 },
  settings: tinySettings,
  maxTokens: 16,
  longestText: 12,
};
const parameters = countParameters(tinyConfig);

describe('estimateDeviceMemory', () => {
  it('counts weights and moments before and after the step', () => {
    const { weights, moments, sums } = estimateDeviceMemory(question);
    expect([weights, moments, sums]).toEqual([8 * parameters, 16 * parameters, 0]);
  });

  it('counts sums of gradients where batches are accumulated', () => {
    const settings = { ...tinySettings, accumulation: 2 };
    expect(estimateDeviceMemory({ ...question, settings }).sums).toBe(8 * parameters);
  });

  it('counts no moments of what is frozen', () => {
    const settings = { ...tinySettings, freeze: 'embeddings' } as const;
    const trained = countParameters(tinyConfig, frozenParameters(tinyConfig, settings));
    expect(estimateDeviceMemory({ ...question, settings })).toMatchObject({
      weights: 4 * (parameters + trained),
      moments: 16 * trained,
    });
  });

  it('has at least the gradients of all parameters in the activations', () => {
    expect(estimateDeviceMemory(question).activations).toBeGreaterThan(4 * parameters);
  });

  it('is told, with its parts', () => {
    const lines: string[] = [];
    const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
    announceDeviceMemory(progress, question);
    expect(lines).toEqual([expect.stringMatching(/^memory of the graphics processor: at least [\d.]+ MB \(weights /)]);
  });
});
