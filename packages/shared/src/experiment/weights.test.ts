import { describe, expect, it } from '@jest/globals';
import { checkpointSource, weightsSchema } from './weights.ts';

const places = { folder: '/w/experiments/essays', workspace: '/w' };

describe('checkpointSource', () => {
  it.each([
    ['bert-base-uncased', 'bert-base-uncased', 'main'],
    ['org/name.v2@v1.0', 'org/name.v2', 'v1.0'],
    ['org/name@refs/pr/3', 'org/name', 'refs/pr/3'],
    [{ model: 'org/name' }, 'org/name', 'main'],
    [{ model: 'org/name', revision: '0a1b' }, 'org/name', '0a1b'],
  ])('finds a model of the hub in %j', (weights, model, revision) => {
    expect(checkpointSource(weightsSchema.parse(weights), places)).toEqual({ kind: 'hub', model, revision });
  });

  it.each([
    ['./model', '/w/experiments/essays/model'],
    ['../other/model', '/w/experiments/other/model'],
    ['/models/mine', '/w/models/mine'],
  ])('finds the folder %s', (weights, folder) => {
    expect(checkpointSource(weightsSchema.parse(weights), places)).toEqual({ kind: 'folder', folder });
  });

  it.each(['random', 'teacher'])('finds no checkpoint in "%s"', (word) => {
    expect(checkpointSource(weightsSchema.parse(word), places)).toBeUndefined();
  });
});

describe('weightsSchema', () => {
  it.each([
    '',
    'a/b/c',
    'org/name@',
    'org/name@../../secret',
    '-x',
    { model: './folder' },
    { model: 'a', revision: 'a/../../b' },
    { model: 'a', commit: 'b' },
  ])('refuses %j', (weights) => {
    expect(weightsSchema.safeParse(weights).success).toBe(false);
  });
});
