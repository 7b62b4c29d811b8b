import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';
import { limits } from './limits.ts';

/** The one shape of every error: problem details, as RFC 9457 defines them. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().openapi({ example: 'Unprocessable Entity' }),
    status: z.int().openapi({ example: 422 }),
    detail: z.string().openapi({ example: 'texts.0: the text is blank' }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .max(limits.errors)
      .optional()
      .openapi({ description: 'where the body is wrong, one entry a field' }),
  })
  .openapi('Problem');

export type Problem = z.output<typeof problemSchema>;

export const problemType = 'application/problem+json';

/** An error's body. */
export function problemOf(status: number, detail: string, errors?: Problem['errors']): Problem {
  const title = STATUS_CODES[status] ?? (status === 499 ? 'Client Closed Request' : 'Error');
  return { type: 'about:blank', title, status, detail, ...(errors === undefined ? {} : { errors }) };
}

/** An error answer. */
export function problemResponse(
  status: number,
  detail: string,
  { errors, headers }: { errors?: Problem['errors']; headers?: Record<string, string> } = {},
): Response {
  const body = JSON.stringify(problemOf(status, detail, errors));
  return new Response(body, { status, headers: { ...headers, 'content-type': problemType } });
}

/** What a request that breaks its schema is answered. */
export function invalidRequest(error: { readonly issues: readonly z.core.$ZodIssue[] }): Response {
  const errors = error.issues
    .slice(0, limits.errors)
    .map(({ path, message }) => ({ field: shorten(path.join('.')), message: shorten(message) }));
  const [first] = errors;
  return problemResponse(422, first.field === '' ? first.message : `${first.field}: ${first.message}`, { errors });
}

/** What comes from a client and goes back to it is no longer than it helps. */
export function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}

export const retryAfter = {
  'Retry-After': {
    description: 'seconds until another try makes sense',
    required: true,
    schema: { type: 'integer' as const, minimum: 1 },
  },
};

const causes = {
  400: 'The body is no JSON, or no UTF-8, or nested too deep.',
  401: 'There is no valid API key in `Authorization: Bearer`; only where the server asks for keys.',
  403: 'A page of another site asks; `--cors` names the origins whose pages may.',
  404: 'No such model is served.',
  413: `The body is longer than ${limits.bodyBytes} bytes.`,
  415: 'The body is not sent as application/json.',
  421: 'The server is called by a name (`Host`) that is none of its own; `--allowed-hosts` names more.',
  422: 'The body breaks its schema, or a text is too long.',
  429: 'Too many texts wait already, or this key has sent too many.',
  500: 'A defect of the server; its log tells more.',
  503: 'The server is stopping, or not ready yet.',
  504: 'The answer was not there in time.',
} as const;

type Status = keyof typeof causes;

function entry(status: Status) {
  const content = { [problemType]: { schema: problemSchema } };
  const waits = status === 429 || status === 503;
  return { description: causes[status], content, ...(waits ? { headers: retryAfter } : {}) };
}

/** The errors of a route that needs a model by its name. */
export const modelProblems = { 404: entry(404), 500: entry(500) };

/** The errors of a route that classifies. */
export const inferenceProblems = {
  400: entry(400),
  401: entry(401),
  404: entry(404),
  413: entry(413),
  415: entry(415),
  422: entry(422),
  429: entry(429),
  500: entry(500),
  503: entry(503),
  504: entry(504),
};

/** What any route may answer, before it is asked. */
export const refusals = [403, 421].map((status) => ({ status, description: causes[status as Status] }));

export const notReady = { 503: entry(503) };
