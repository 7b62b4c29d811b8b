import { UserError } from '@retort/shared';
import { FilterError, isPassing, isUnfit, NotFound } from '@retort/tracking';
import { HTTPException } from 'hono/http-exception';
import { problemResponse, problemSchema, shorten } from '../problem.ts';

const content = { 'application/problem+json': { schema: problemSchema } };

/** The errors of every route below `/api`. */
export const problems = {
  422: { description: 'The question breaks its schema, or its filter cannot be read.', content },
  500: { description: 'A defect of the server; its log tells more.', content },
  503: { description: 'The database does not answer, or too many follow it already.', content },
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
  if (error instanceof HTTPException) return problemResponse(error.status, error.message);
  if (error instanceof FilterError) return problemResponse(422, `${error.message}, at character ${error.position + 1}`);
  if (isPassing(error)) return problemResponse(503, 'the database does not answer');
  if (isUnfit(error)) {
    return problemResponse(422, `the database cannot take a value of the question: ${shorten(error.message)}`);
  }
  if (error instanceof NotFound) return problemResponse(404, error.message);
  if (error instanceof UserError) return problemResponse(422, error.message);
  throw error;
}
