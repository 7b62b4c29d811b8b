import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '@retort/tracking';
import { createTestWorkspace } from '../../tracking/testing/workspace.ts';
import { openExperiments } from './experiments.ts';

describe('openExperiments', () => {
  const url = process.env.DATABASE_URL;
  let space: ReturnType<typeof createTestWorkspace>;
  beforeEach(() => {
    process.env.DATABASE_URL = ''; // The workspace's own.
    space = createTestWorkspace();
    chmodSync(space.workspace, 0o755); // Postgres runs as another user than root.
  });
  afterEach(() => {
    process.env.DATABASE_URL = url ?? '';
    space.remove();
  });

  it('leaves runs that it has not read in to the next start when it is closed, and says nothing', async () => {
    await space.run('distill', 1);
    const said: string[] = [];
    const experiments = await openExperiments(space.workspace, {
      showTexts: false,
      onTrouble: (message) => said.push(message),
    });
    await experiments.close();
    const database = await openDatabase(space.workspace);
    const runs = await database.sql`select from retort.runs`;
    await database.close();
    expect([said, runs.length]).toEqual([[], 0]);
  });

  it('answers 503 while the database cannot be opened, tells why once, and opens it when it is asked later', async () => {
    process.env.DATABASE_URL = 'postgres://nobody@127.0.0.1:9/none';
    const said: string[] = [];
    let now = 0;
    const { api, close } = openExperiments(space.workspace, {
      showTexts: false,
      onTrouble: (message) => said.push(message),
      now: () => now,
    });
    const ask = async () => {
      const response = await api.request('/runs');
      return [response.status, response.headers.get('retry-after'), await response.json()];
    };
    const away = { detail: 'the database does not answer' };
    expect([await ask(), await ask()]).toMatchObject([
      [503, '1', away],
      [503, '1', away],
    ]);
    now = 1000;
    expect(await ask()).toMatchObject([503, '2', away]);
    process.env.DATABASE_URL = '';
    expect(await ask()).toMatchObject([503, '2', away]);
    now = 3000;
    expect((await ask())[0]).toBe(200);
    await close();
    expect(said).toEqual([expect.stringContaining('the database does not answer')]);
  });
});
