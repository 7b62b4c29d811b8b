import { describe, expect, it } from '@jest/globals';
import { linkedToTest } from './test-groups.ts';

const rows = [
  { group: 'cars', cluster: 0 },
  { group: 'cars', cluster: 1 },
  { group: 'voting', cluster: 2 },
  { group: undefined, cluster: 1 },
  { group: 'voting', cluster: 0 },
];

describe('linkedToTest', () => {
  it('finds the rows outside of the test groups that share a cluster with one inside', () => {
    expect([...linkedToTest(rows, ['cars'], 'experiment.json')]).toEqual([3, 4]);
  });

  it('finds none where all rows of the cluster are in test groups', () => {
    expect([...linkedToTest(rows, ['cars', 'voting'], 'experiment.json')]).toEqual([3]);
  });

  it('refuses a group that no row has, and names the nearest', () => {
    expect(() => linkedToTest(rows, ['cars', 'votin'], 'x.json')).toThrow(
      expect.objectContaining({
        name: 'UserError',
        message: 'no text is in the group "votin"; the groups are "cars", "voting"',
        place: { file: 'x.json', field: 'data.split.testGroups[1]' },
        remedy: 'did you mean "voting"?',
      }),
    );
  });

  it('lists some of many groups', () => {
    const many = Array.from({ length: 25 }, (_, i) => ({ group: `group ${String(i).padStart(2, '0')}`, cluster: i }));
    expect(() => linkedToTest(many, ['?'], 'x.json')).toThrow(/"group 19" and 5 more$/);
  });
});
