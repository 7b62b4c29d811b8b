import { createRoute, z } from '@hono/zod-openapi';
import { notReady } from './problem.ts';

export const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  tags: ['operation'],
  summary: 'Whether the server is up',
  responses: {
    200: {
      description: 'It is.',
      content: { 'application/json': { schema: z.object({ status: z.literal('ok') }) } },
    },
  },
});

export const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  tags: ['operation'],
  summary: 'Whether the server takes requests',
  responses: {
    200: {
      description: 'It does.',
      content: {
        'application/json': { schema: z.object({ status: z.literal('ready'), queued: z.int(), queueLimit: z.int() }) },
      },
    },
    ...notReady,
  },
});

export const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  tags: ['operation'],
  summary: 'Figures in the text format of Prometheus',
  responses: {
    200: { description: 'The figures.', content: { 'text/plain': { schema: z.string() } } },
  },
});
