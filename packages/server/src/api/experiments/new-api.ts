import { OpenAPIHono } from '@hono/zod-openapi';
import type { ServerEnv } from '../../http/environment.ts';
import { invalidRequest } from '../problem.ts';
import { answerProblem } from './problems.ts';

/** An app whose routes answer what is wrong with a question as all of `/api` does. */
export function newApi(): OpenAPIHono<ServerEnv> {
  const app = new OpenAPIHono<ServerEnv>({
    defaultHook: (result) => (result.success ? undefined : invalidRequest(result.error)),
  });
  app.onError((error) => answerProblem(error));
  return app;
}
