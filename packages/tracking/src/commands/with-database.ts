import { findWorkspace } from '@retort/shared';
import { explainDatabaseError } from '../database/errors.ts';
import { type Database, openDatabase } from '../database/open.ts';

/** Opens the workspace's database for one task. What is wrong with it is told in one line. */
export async function withDatabase<T>(task: (database: Database, workspace: string) => Promise<T>): Promise<T> {
  const workspace = findWorkspace();
  const database = await openDatabase(workspace);
  try {
    return await task(database, workspace);
  } catch (error) {
    throw explainDatabaseError(error, database.address);
  } finally {
    await database.close();
  }
}
