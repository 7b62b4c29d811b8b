import { OpenAPIHono } from '@hono/zod-openapi';
import { formatError } from '@retort/shared';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { classify, classifyRoute } from './api/classify.ts';
import { healthRoute } from './api/health.ts';
import { describeModel, modelsRoute } from './api/models.ts';
import { invalidBody, problemResponse } from './api/problem.ts';
import { dashboardFiles } from './dashboard.ts';
import type { Classifier } from './model/classifier.ts';

export interface AppOptions {
  /** The first is the default. */
  readonly models: readonly Classifier[];
  /** Absolute path of the built dashboard; without it, there is no page. */
  readonly dashboard?: string;
  /** Told of every defect. Default: the standard error output. */
  readonly onDefect?: (error: Error) => void;
}

const description = {
  openapi: '3.1.0',
  info: { title: 'Retort', version: '0.1.0', description: 'Text classification by a small model.' },
};

/** The whole server as a function from request to response. */
export function createApp({ models, dashboard, onDefect = printDefect }: AppOptions) {
  const app = new OpenAPIHono({
    defaultHook: (result) => (result.success ? undefined : invalidBody(result.error)),
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'self'"], frameAncestors: ["'none'"] },
      strictTransportSecurity: false, // The server speaks plain HTTP: whoever puts TLS before it decides that.
    }),
  );

  const api = app
    .openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(modelsRoute, (c) => c.json({ models: models.map(describeModel) }, 200))
    .openapi(classifyRoute, async (c) => {
      const request = c.req.valid('json');
      const model = request.model === undefined ? models[0] : models.find(({ id }) => id === request.model);
      if (model === undefined) throw new HTTPException(404, { message: noModel(request.model, models) });
      return c.json(await classify(model, request, c.req.raw.signal), 200);
    });
  app.doc31('/openapi.json', description);

  if (dashboard !== undefined) app.route('/', dashboardFiles(dashboard));
  app.notFound((c) => problemResponse(404, `there is no ${c.req.method} ${c.req.path}; see /openapi.json`));
  app.onError((error, c) => {
    if (c.req.raw.signal.aborted) return problemResponse(499, 'the client has gone'); // nginx's status for it; nobody reads it.
    if (error instanceof HTTPException) return problemResponse(error.status, error.message);
    onDefect(error);
    return problemResponse(500, 'the server has failed; its log tells more');
  });
  return api;
}

/** The routes' types, for a typed client. */
export type App = ReturnType<typeof createApp>;

function noModel(id: string | undefined, models: readonly Classifier[]): string {
  if (id === undefined) return 'no model is served';
  return `there is no model "${id}"; there is: ${models.map((model) => model.id).join(', ') || 'none'}`;
}

function printDefect(error: Error): void {
  process.stderr.write(`${formatError(error)}\n`);
}
