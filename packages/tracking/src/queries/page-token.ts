import { UserError } from '@retort/shared';
import { z } from 'zod';

/** Where a page ended: the sort key of its last run, as Postgres writes it, and the run's id. */
const tokenSchema = z.tuple([z.string().nullable(), z.int().min(1).max(2_147_483_647), z.string()]);

export interface PageEnd {
  readonly key: string | null;
  readonly id: number;
}

/** `sort` goes with it: a token of another order means nothing. */
export function encodePageToken({ key, id }: PageEnd, sort: string): string {
  return Buffer.from(JSON.stringify([key, id, sort])).toString('base64url');
}

export function decodePageToken(token: string, sort: string): PageEnd {
  try {
    const [key, id, from] = tokenSchema.parse(JSON.parse(Buffer.from(token, 'base64url').toString()));
    if (from === sort) return { key, id };
  } catch {
    // As wrong as one of another order.
  }
  throw new UserError('the page token is none of this list', {
    place: { field: 'after' },
    remedy: 'give the "next" of the page before, with the same order; or leave it out for the first page',
  });
}
