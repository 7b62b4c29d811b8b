import { UserError } from '@retort/shared';
import { FilterError, isPassing, isUnfit, NotFound } from '@retort/tracking';
import { HTTPException } from 'hono/http-exception';
import { NotThereYet } from '../../retried.ts';
import { problemResponse, problemSchema, retryAfter, shorten } from '../problem.ts';

const content = { 'application/problem+json': { schema: problemSchema } };

/** The errors of every route below `/api`. */
export const problems = {
  422: {
    description: 'The question breaks its schema, its filter cannot be read, or it uses a name that no run has.',
    content,
  },
  500: { description: 'A defect of the server; its log tells more.', content },
  503: { description: 'The database does not answer, or too many follow it already.', content, headers: retryAfter },
};

/** The further errors of a route that changes something. */
export const writeProblems = {
  400: { description: 'The body is no JSON, or no UTF-8, or nested too deep.', content },
  401: { description: 'There is no valid API key; only where the server asks for keys.', content },
  413: { description: 'The body is too long.', content },
  415: { description: 'The body is not sent as application/json.', content },
};

export const notFound = { 404: { description: 'There is no such thing.', content } };

/** The answer to what a query threw. What is none of the client's or the database's matter is thrown on. */
export function answerProblem(error: unknown): Response {
  const away = (seconds: number) =>
    problemResponse(503, 'the database does not answer', { headers: { 'retry-after': String(seconds) } });
  if (error instanceof NotThereYet) return away(error.retryAfterSeconds);
  if (error instanceof HTTPException) return problemResponse(error.status, error.message);
  if (error instanceof FilterError) return problemResponse(422, `${error.message}, at character ${error.position + 1}`);
  if (isPassing(error)) return away(1);
  if (isUnfit(error)) {
    return problemResponse(422, `the database cannot take a value of the question: ${shorten(error.message)}`);
  }
  if (error instanceof NotFound) return problemResponse(404, error.message);
  if (error instanceof UserError) return problemResponse(422, error.message);
  throw error;
}
