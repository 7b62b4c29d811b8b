import { OpenAPIHono } from '@hono/zod-openapi';
import { formatError } from '@retort/shared';
import { requestId } from 'hono/request-id';
import { modelCard } from './api/card.ts';
import { classify, classifyRoute } from './api/classify.ts';
import { healthRoute, metricsRoute, readyRoute } from './api/health.ts';
import { classifyForHuggingFace, huggingFaceRoute } from './api/hugging-face.ts';
import { cardRoute, describeModel, modelRoute, modelsRoute } from './api/models.ts';
import {
  findVariant,
  requireReady,
  v2Classify,
  v2Infer,
  v2Live,
  v2Metadata,
  v2Model,
  v2ModelReady,
  v2Ready,
  v2Server,
  v2ServerFacts,
} from './api/open-inference.ts';
import { invalidRequest, problemResponse } from './api/problem.ts';
import { createReader } from './api/reader.ts';
import { dashboardFiles } from './dashboard.ts';
import { describeApi } from './docs/document.ts';
import { docsPage } from './docs/page.ts';
import { allowHosts, type HostRule } from './http/allowed-hosts.ts';
import { type KeyStore, requireKey } from './http/auth.ts';
import { createCallerAddress, type Network } from './http/caller.ts';
import type { ServerEnv } from './http/environment.ts';
import { answerError } from './http/errors.ts';
import { type RequestRecord, recordRequests } from './http/log.ts';
import { createMetrics } from './http/metrics.ts';
import { refuseOtherSites } from './http/other-sites.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { allowOrigins, securityHeaders } from './http/security.ts';
import type { Service } from './inference/index.ts';

export interface AppOptions {
  readonly service: Service;
  /** Who may make the server work. Default: whoever reaches it. */
  readonly keys?: KeyStore;
  /** Texts a minute for each key, or without keys for each address. Default: no limit. */
  readonly textsPerMinute?: number;
  /** Proxies that are believed when they tell whom a request is from. Default: none. */
  readonly proxies?: readonly Network[];
  /** After which an answer is no longer waited for. Default: 30. */
  readonly maxWaitSeconds?: number;
  /** What requests may call the server by. Default: anything. */
  readonly hosts?: HostRule;
  /** Origins whose pages may call the API. Default: none. */
  readonly origins?: readonly string[];
  /** What stands below `/api`; its routes get into the OpenAPI document. */
  readonly experiments?: OpenAPIHono<ServerEnv>;
  /** Absolute path of the built dashboard; without it, there is no page. */
  readonly dashboard?: string;
  /** Told of every request when it is answered. */
  readonly onRequest?: (record: RequestRecord) => void;
  /** Told of every defect. Default: the standard error output. */
  readonly onDefect?: (error: Error, requestId: string) => void;
}

/** The whole server as a function from request to response. `close` ends what it observes. */
export function createApp(options: AppOptions) {
  const { service, keys, textsPerMinute, maxWaitSeconds = 30, proxies = [], hosts, origins = [] } = options;
  const { experiments, dashboard, onRequest, onDefect = printDefect } = options;
  const metrics = createMetrics(service);
  const rateLimit = textsPerMinute === undefined ? undefined : createRateLimit(textsPerMinute);
  const reader = createReader({ service, rateLimit, maxWaitSeconds });
  const app = new OpenAPIHono<ServerEnv>({
    defaultHook: (result) => (result.success ? undefined : invalidRequest(result.error)),
  });
  app.use(requestId({ limitLength: 100 }));
  app.use(
    recordRequests(createCallerAddress(proxies), (record) => {
      metrics.request(record);
      onRequest?.(record);
    }),
  );
  app.use(securityHeaders);
  if (hosts !== undefined) app.use(allowHosts(hosts));
  app.use(allowOrigins(origins), refuseOtherSites(origins));
  if (keys !== undefined) app.use(requireKey(keys));

  const api = app
    .openapi(classifyRoute, async (c) => c.json(await classify(reader, c, c.req.valid('json')), 200))
    .openapi(huggingFaceRoute, async (c) =>
      c.json(await classifyForHuggingFace(reader, c, c.req.valid('param').model, c.req.valid('json')), 200),
    )
    .openapi(modelsRoute, async (c) =>
      c.json({ models: await Promise.all(service.variants().map(describeModel)) }, 200),
    )
    .openapi(modelRoute, async (c) =>
      c.json(await describeModel(findVariant(service, c.req.valid('param').model)), 200),
    )
    .openapi(cardRoute, async (c) =>
      c.text(await modelCard(findVariant(service, c.req.valid('param').model)), 200, {
        'content-type': 'text/markdown; charset=utf-8',
      }),
    )
    .openapi(v2Server, (c) => c.json(v2ServerFacts, 200))
    .openapi(v2Live, (c) => c.json({ live: true }, 200))
    .openapi(v2Ready, (c) => {
      requireReady(service);
      return c.json({ ready: true }, 200);
    })
    .openapi(v2Model, (c) => c.json(v2Metadata(service, c.req.valid('param').model), 200))
    .openapi(v2ModelReady, (c) => {
      const { id } = findVariant(service, c.req.valid('param').model);
      requireReady(service);
      return c.json({ name: id, ready: true }, 200);
    })
    .openapi(v2Infer, async (c) =>
      c.json(await v2Classify(reader, c, c.req.valid('param').model, c.req.valid('json')), 200),
    )
    .openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(readyRoute, (c) => {
      requireReady(service);
      const { queued, queueLimit } = service.stats();
      return c.json({ status: 'ready' as const, queued, queueLimit }, 200);
    })
    .openapi(metricsRoute, async (c) => c.text(await metrics.render(), 200, { 'content-type': metrics.contentType }));

  if (experiments !== undefined) app.route('/api', experiments);
  app.route('/', docsPage(describeApi(app)));
  if (dashboard !== undefined) app.route('/', dashboardFiles(dashboard));
  app.notFound((c) => problemResponse(404, `there is no ${c.req.method} ${c.req.path}; see /docs`));
  app.onError((error, c) => answerError(error, (defect) => onDefect(defect, c.get('requestId'))));
  return Object.assign(api, { close: () => metrics.close() });
}

/** The routes' types, for a typed client. */
export type App = ReturnType<typeof createApp>;

function printDefect(error: Error): void {
  process.stderr.write(`${formatError(error)}\n`);
}
