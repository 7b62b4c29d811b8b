import { describe, expect, it } from '@jest/globals';
import { nameRuns } from './run-names.ts';

const run = (project: string, stage: string, id = '000000aa') => ({ run: `x-${id}`, project, stage });

describe('nameRuns', () => {
  it('names a run by project and stage', () => {
    expect(nameRuns([run('a', 'distill')])).toEqual(['a/distill']);
  });

  it('leaves out a stage that all share', () => {
    expect(nameRuns([run('a', 'distill'), run('b', 'distill')])).toEqual(['a', 'b']);
  });

  it('adds the end of the id, which tracking:compare takes, where the names are the same', () => {
    expect(nameRuns([run('a', 'distill'), run('a', 'distill', '000000bb')])).toEqual(['a 000000aa', 'a 000000bb']);
  });
});
