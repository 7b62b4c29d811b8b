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
    const experiments = await openExperiments(space.workspace, false, (message) => said.push(message));
    await experiments?.close();
    const database = await openDatabase(space.workspace);
    const runs = await database.sql`select from retort.runs`;
    await database.close();
    expect([said, runs.length]).toEqual([[], 0]);
  });
});
