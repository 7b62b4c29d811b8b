import { createClient, createExperimentsClient, type Problem } from '@retort/server/client';
import { DetailedError } from 'hono/client';

/** A request that failed, in words for the page. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  /** Undefined: there was no answer. */
  readonly status: number | undefined;
  readonly problem: Problem | undefined;

  constructor(
    message: string,
    { status, problem, cause }: { status?: number; problem?: Problem; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.status = status;
    this.problem = problem;
  }
}

/** The server's clients. `key` is asked for each request: it may be given, and taken back, meanwhile. */
export function createApi(baseUrl: string, key: () => string | undefined) {
  const headers = (): Record<string, string> => {
    const value = key();
    return value === undefined ? {} : { authorization: `Bearer ${value}` };
  };
  return { models: createClient(baseUrl, { headers }), experiments: createExperimentsClient(baseUrl, { headers }) };
}

export type Api = ReturnType<typeof createApi>;

/**
 * What `parseResponse(client.runs.$get(...))` gives, the body of a good answer; a RequestError for any other. What was aborted stays an
 * AbortError.
 */
export async function answer<T>(parsed: Promise<T>): Promise<T> {
  try {
    return await parsed;
  } catch (error) {
    throw toRequestError(error);
  }
}

export function isAbort(error: unknown): boolean {
  return isNamed(error, 'AbortError');
}

/** Whether it is what fetch throws when there is no connection, or none any longer. */
export function isConnectionError(error: unknown): boolean {
  return isNamed(error, 'TypeError');
}

/** Whether the server is there, but not what it was asked for: its database, for one. */
export function isAway(error: unknown): boolean {
  return error instanceof RequestError && error.status === 503;
}

/** By the name: errors of the runtime may be of another realm's classes. */
function isNamed(error: unknown, name: string): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === name;
}

/** The server says why in `detail`; something between it and the page may answer without one. */
export function refusal(status: number, body: unknown): RequestError {
  const problem = isProblem(body) ? body : undefined;
  const message = problem === undefined ? `The server answered with status ${status}.` : `${capital(problem.detail)}.`;
  return new RequestError(message, { status, problem });
}

export const unreachable = 'The server cannot be reached. Is it still running?';

function toRequestError(error: unknown): unknown {
  if (isAbort(error) || error instanceof RequestError) return error;
  if (error instanceof DetailedError) return refusal(error.statusCode ?? 0, error.detail?.data);
  if (isConnectionError(error)) return new RequestError(unreachable, { cause: error });
  return error;
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string';
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
