import { pgSchema } from 'drizzle-orm/pg-core';

/** All tables lie in a schema of their own: a database named by DATABASE_URL may hold other things too. */
export const retort = pgSchema('retort');
