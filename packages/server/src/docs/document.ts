import type { OpenAPIHono } from '@hono/zod-openapi';
import { problemType, refusals } from '../api/problem.ts';
import { version } from '../api/version.ts';
import type { ServerEnv } from '../http/environment.ts';

const config: Parameters<OpenAPIHono['getOpenAPI31Document']>[0] = {
  openapi: '3.1.0',
  info: {
    title: 'Retort',
    version,
    description:
      'Text classification by a small model. Every error is a problem document (RFC 9457). Where the server asks for API keys, reading needs ' +
      'none, and everything else does. Each answer has an `x-request-id`, under which the log knows it.',
    license: { name: 'Apache-2.0' },
  },
  servers: [{ url: '/', description: 'this server' }],
  tags: [
    { name: 'classify', description: 'Labels for texts' },
    { name: 'models', description: 'What is served' },
    { name: 'open inference protocol', description: 'As KServe and Triton speak it, version 2' },
    { name: 'experiments', description: 'What was recorded: runs, curves, lineage, evaluations, live events' },
    { name: 'operation', description: 'For whoever runs the server' },
  ],
  security: [{}, { ApiKey: [] }],
};

/** What the page reads of the document. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths?: object;
}

/** The OpenAPI document of all routes that the app has by now. */
export function describeApi(app: OpenAPIHono<ServerEnv>): ApiDocument {
  app.openAPIRegistry.registerComponent('securitySchemes', 'ApiKey', { type: 'http', scheme: 'bearer' });
  const document = app.getOpenAPI31Document(config);
  for (const operation of Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods)))
    Object.assign(operation.responses, refused);
  return document;
}

/** Refused before any route is asked, and so by all of them. */
const refused = Object.fromEntries(
  refusals.map(({ status, description }) => [
    status,
    { description, content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } } },
  ]),
);
