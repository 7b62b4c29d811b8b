import { STATUS_CODES } from 'node:http';
import { z } from '@hono/zod-openapi';

/** The one shape of every error: problem details, as RFC 9457 defines them. */
export const problemSchema = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().openapi({ example: 'Unprocessable Entity' }),
    status: z.int().openapi({ example: 422 }),
    detail: z.string().openapi({ example: 'texts.0: the text is blank' }),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'where the body is wrong, one entry a field' }),
  })
  .openapi('Problem');

export type Problem = z.output<typeof problemSchema>;

/** An error answer. */
export function problemResponse(status: number, detail: string, errors?: Problem['errors']): Response {
  const title = STATUS_CODES[status] ?? 'Error';
  const problem: Problem = { type: 'about:blank', title, status, detail, ...(errors === undefined ? {} : { errors }) };
  return new Response(JSON.stringify(problem), { status, headers: { 'content-type': 'application/problem+json' } });
}

/** What a body that breaks its schema is answered. */
export function invalidBody(error: { readonly issues: readonly z.core.$ZodIssue[] }): Response {
  const errors = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  const [first] = errors;
  return problemResponse(422, first.field === '' ? first.message : `${first.field}: ${first.message}`, errors);
}

/** One entry of a route's responses, for the OpenAPI document. */
export function problem(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } };
}
