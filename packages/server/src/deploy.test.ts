import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { dockerInstructions, readManifests } from '../test/deploy-files.ts';
import { testApp, tinyService } from '../test/test-app.ts';
import { createApp } from './app.ts';
import { parseServeOptions, serveOptions } from './serve-options.ts';

const { service } = tinyService();
const app = testApp(service);
const kubernetes = [
  'kubernetes/deployment.yaml',
  'kubernetes/service.yaml',
  'kubernetes/autoscaler.yaml',
  'kserve.yaml',
];

/** All values under a key, wherever it stands. */
function valuesOf(tree: unknown, key: string): unknown[] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) => [...(name === key ? [value] : []), ...valuesOf(value, key)]);
}

describe.each(kubernetes)('%s', (file) => {
  const manifests = readManifests(file);

  it('names a kind, an API and a name in each document', () => {
    const expected = {
      apiVersion: expect.any(String),
      kind: expect.any(String),
      metadata: { name: expect.any(String) },
    };
    for (const manifest of manifests) expect(manifest).toMatchObject(expected);
  });

  it('gives the server options that it has', () => {
    const given = valuesOf(manifests, 'args')
      .flat()
      .filter((arg) => String(arg).startsWith('--'));
    for (const option of given) expect(Object.keys(serveOptions)).toContain(String(option).slice(2));
  });

  it('probes paths that answer', async () => {
    for (const probe of valuesOf(manifests, 'httpGet')) {
      const [path] = valuesOf(probe, 'path');
      expect([path, (await app().request(String(path))).status]).toEqual([path, 200]);
    }
  });

  it('answers probes and scrapes, which call it by an address, and callers that know it by its name in the cluster', async () => {
    const args = valuesOf(manifests, 'args').flat().map(String);
    const { values } = parseArgs({ args: ['--host', '0.0.0.0', ...args], options: serveOptions, strict: true });
    const served = createApp({ service: service(), hosts: parseServeOptions(values).hosts });
    const statuses: number[] = [];
    for (const host of ['10.1.2.3:8080', '[fd00::7]:8080', 'retort.default.svc.cluster.local'])
      for (const path of ['/healthz', '/readyz', '/v2/health/ready', '/metrics'])
        statuses.push((await served.request(path, { headers: { host } })).status);
    served.close();
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('grants no privileges', () => {
    for (const context of valuesOf(manifests, 'securityContext'))
      expect(valuesOf(context, 'runAsUser')).not.toContain(0);
    for (const allowed of valuesOf(manifests, 'allowPrivilegeEscalation')) expect(allowed).toBe(false);
  });
});

it('the autoscaler looks at what requests wait for, and at nothing that waits for a shadow', async () => {
  const [metric] = valuesOf(readManifests('kubernetes/autoscaler.yaml'), 'metric');
  const [name] = valuesOf(metric, 'name');
  const stats = () => ({ ...service().stats(), queued: 3, queuedForShadows: 5 });
  const busy = createApp({ service: { ...service(), stats } });
  const text = await (await busy.request('/metrics')).text();
  busy.close();
  expect(text).toContain(`\n${name} 3\n`);
});

it('compose answers its health check, this machine and its other containers, and no foreign name', async () => {
  const [compose] = readManifests('compose.yaml');
  const [args] = valuesOf(compose, 'command').filter((command) => Array.isArray(command));
  const { values } = parseArgs({ args: ['--host', '0.0.0.0', ...args], options: serveOptions, strict: true });
  const served = createApp({ service: service(), hosts: parseServeOptions(values).hosts });
  const statuses: number[] = [];
  for (const host of ['127.0.0.1:8080', 'localhost:8080', 'server:8080', 'example.org:8080'])
    statuses.push((await served.request('/readyz', { headers: { host } })).status);
  served.close();
  expect(statuses).toEqual([200, 200, 200, 421]);
});

it('selectors find the pods that the deployment makes', () => {
  const [deployment] = readManifests('kubernetes/deployment.yaml');
  const [service] = readManifests('kubernetes/service.yaml');
  const [labels] = valuesOf(valuesOf(deployment, 'template'), 'labels');
  expect(valuesOf(deployment, 'matchLabels')).toEqual([labels]);
  expect(valuesOf(service, 'selector')).toEqual([labels]);
});

it('compose publishes the server to this machine alone, and waits for a healthy Postgres', () => {
  const [compose] = readManifests('compose.yaml');
  expect(compose).toMatchObject({
    services: {
      server: { ports: ['127.0.0.1:8080:8080'], depends_on: { postgres: { condition: 'service_healthy' } } },
      postgres: { healthcheck: { test: expect.any(Array) } },
    },
  });
});

describe('the Dockerfile', () => {
  const instructions = dockerInstructions();
  const last = (name: string) => instructions.findLast((instruction) => instruction.name === name)?.value ?? '';

  it('runs as a user without privileges', () => {
    expect(last('USER')).toBe('node');
  });

  it('starts the server with options that it has', () => {
    const start: string[] = [...JSON.parse(last('ENTRYPOINT')), ...JSON.parse(last('CMD'))];
    expect(start.slice(0, 3)).toEqual(['node', 'dist/cli.js', 'serve']);
    const given = start.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    expect(Object.keys(serveOptions)).toEqual(expect.arrayContaining(given));
  });
});

it('the version of pnpm is that of the workspace', () => {
  const { packageManager } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  const used = dockerInstructions().flatMap(({ value }) => value.match(/pnpm@[\d.]+/g) ?? []);
  expect(new Set(used)).toEqual(new Set([packageManager]));
});
