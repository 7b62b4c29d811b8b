import { HTTPException } from 'hono/http-exception';
import { InvalidFields } from '../api/invalid-fields.ts';
import { problemResponse } from '../api/problem.ts';
import {
  Cancelled,
  DeadlineExceeded,
  QueueFull,
  ServiceClosing,
  TextTooLong,
  UnknownModel,
} from '../inference/index.ts';
import { RateLimited } from './rate-limit.ts';

/** The answer to what a handler threw. `onDefect` is told of what nobody but the server's authors can mend. */
export function answerError(error: Error, onDefect: (error: Error) => void): Response {
  if (error instanceof HTTPException) {
    const headers: Record<string, string> = error.status === 503 ? { 'retry-after': '1' } : {};
    return problemResponse(error.status, error.message, { headers });
  }
  if (error instanceof UnknownModel) return problemResponse(404, error.message);
  if (error instanceof TextTooLong) {
    return problemResponse(422, `text ${error.index}: ${error.message}`, {
      errors: [{ field: `texts.${error.index}`, message: error.message }],
    });
  }
  if (error instanceof InvalidFields) return problemResponse(422, error.message, { errors: [...error.errors] });
  if (error instanceof QueueFull || error instanceof RateLimited) {
    return problemResponse(429, error.message, { headers: { 'retry-after': String(error.retryAfterSeconds) } });
  }
  if (error instanceof ServiceClosing) return problemResponse(503, error.message, { headers: { 'retry-after': '5' } });
  if (error instanceof DeadlineExceeded) return problemResponse(504, error.message);
  if (error instanceof Cancelled) return problemResponse(499, 'the client has gone'); // nginx's status for it; nobody reads it.
  onDefect(error);
  return problemResponse(500, 'the server has failed; its log tells more');
}
