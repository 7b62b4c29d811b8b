import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { precisionVariable } from '@retort/runtime';
import { findWorkspace, UserError } from '@retort/shared';
import { type Database, openDatabase } from '@retort/tracking';
import { createApp } from './app.ts';
import { isDatabaseElsewhere } from './elsewhere.ts';
import { type Experiments, openExperiments } from './experiments.ts';
import { isLoopback } from './http/allowed-hosts.ts';
import { jsonLog } from './http/log.ts';
import { openService, refuseEqualIds, type Service, type VariantOptions } from './inference/index.ts';
import { unlessAborted } from './inference/unless-aborted.ts';
import { keyStore } from './keys/key-store.ts';
import { listen } from './listen.ts';
import { type LocatedModel, locateModel } from './model/locate.ts';
import { parseServeOptions, type ServeOptions } from './serve-options.ts';
import { untilSignal } from './until-signal.ts';

/** The command: loads the models, listens, and returns when a signal has stopped it and all answers are out. */
export async function serve(given: Readonly<Record<string, string | boolean | undefined>>): Promise<void> {
  const options = parseServeOptions(given);
  const found = findOwnWorkspace(options);
  const workspace = found ?? process.cwd();
  const dashboard = findDashboard(workspace, options.dashboard);
  const { signal: stop, workerTerminated } = untilSignal();
  // Whoever read our output may be gone, as `head` is after some lines: no reason to fail requests.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const log = jsonLog(process.stderr, options.log);
  const keys = options.keys ? openKeys(workspace) : undefined;
  let experiments: Experiments | undefined;
  // Workers inherit the environment.
  if (options.precision !== undefined) process.env[precisionVariable] = options.precision;
  try {
    const database = await unlessAborted(keys?.opened ?? Promise.resolve(undefined), stop);
    if (options.tracking === 'auto' && (found !== undefined || isDatabaseElsewhere())) {
      experiments = openExperiments(workspace, {
        showTexts: options.texts,
        onTrouble: (message) => log.trouble('database in trouble', { message }),
      });
    }
    const service = await openService({
      variants: await unlessAborted(chooseVariants(workspace, options), stop),
      queueLimit: options.queueLimit,
      workers: options.workers,
      express: options.express,
      device: options.device,
      tune: options.tune,
      tuned: join(workspace, '.retort/serving.json'),
      signal: stop,
      onTerminated: workerTerminated,
    });
    const app = createApp({
      service,
      keys: database === undefined ? undefined : keyStore(database.sql),
      textsPerMinute: options.textsPerMinute,
      proxies: options.proxies,
      maxWaitSeconds: options.maxWaitSeconds,
      hosts: options.hosts,
      origins: options.origins,
      experiments: experiments?.api,
      dashboard,
      onRequest: log.request,
      onDefect: log.defect,
    });
    service.observe({
      restarted: ({ reason }) => log.trouble('worker restarted', { reason }),
      swapped: ({ model, sha256 }) => log.event('model swapped', { model, sha256 }),
      swapRefused: ({ model, error }) => log.trouble('model refused', { model, error: error.message }),
    });
    try {
      const server = await listen(app, { host: options.host, port: options.port, drainMs: 500 });
      process.stdout.write(announce(service, server.url, dashboard, database));
      if (!stop.aborted) await once(stop, 'abort');
      process.stdout.write('stopping: answers what is under way\n');
      await experiments?.endStreams();
      // The HTTP side first: requests that are here find the service open.
      await server.close(options.graceSeconds);
    } finally {
      app.close();
      await service.close(0);
    }
  } catch (error) {
    if (!stop.aborted || error !== stop.reason) throw error;
    process.stdout.write('stopping: nothing is served yet\n');
  } finally {
    await experiments?.close();
    await keys?.close();
  }
}

/** Models from elsewhere are served without a workspace, as in a container. */
function findOwnWorkspace({ models }: ServeOptions): string | undefined {
  try {
    return findWorkspace();
  } catch (error) {
    if (models.length === 0) throw error;
    return undefined;
  }
}

async function chooseVariants(workspace: string, options: ServeOptions): Promise<VariantOptions[]> {
  const { experiment, models, canary, shadows } = options;
  const asked = models.length === 0 ? [{ id: undefined, folder: undefined }] : models;
  const located: { model: LocatedModel; locate: () => Promise<LocatedModel> }[] = [];
  for (const { id, folder } of asked) {
    const locate = async () => {
      const model = await locateModel({ workspace, experiment, model: folder });
      return id === undefined ? model : { ...model, id };
    };
    const model = await locate();
    if (model.warning !== undefined && options.log !== 'off') process.stderr.write(`warning: ${model.warning}\n`);
    located.push({ model, locate });
  }
  const ids = located.map(({ model }) => model.id);
  refuseEqualIds(ids);
  const known = (field: string, id: string) => {
    if (ids.includes(id)) return id;
    throw new UserError(`no model "${id}" is served`, {
      place: { field },
      remedy: `give one of ${ids.join(', ')}, or add its folder to --models`,
    });
  };
  if (canary !== undefined) known('--canary', canary.id);
  for (const id of shadows) known('--shadow', id);
  return located.map(({ model, locate }, i) => ({
    model,
    locate,
    weight: canary === undefined ? undefined : weightOf(model.id, i, canary),
    shadow: shadows.includes(model.id),
  }));
}

function weightOf(id: string, place: number, canary: { readonly id: string; readonly percent: number }): number {
  if (id === canary.id) return canary.percent;
  return place === 0 ? 100 - canary.percent : 0;
}

/** The database of the keys. One elsewhere that is still being opened is let go by `close`. */
function openKeys(workspace: string) {
  let open = false;
  const opened = openDatabase(workspace, { application: 'retort server', max: 2 }).then((database) => {
    open = true;
    return database;
  }, withoutKeys);
  return {
    opened,
    async close() {
      const closed = opened.then(
        (database) => database.close(),
        () => undefined,
      );
      if (open || !isDatabaseElsewhere()) await closed;
    },
  };
}

function withoutKeys(cause: unknown): never {
  throw new UserError(`API keys are needed, but their database cannot be opened: ${(cause as Error).message}`, {
    remedy:
      'mend the database (DATABASE_URL), bind to 127.0.0.1, or give --keys never if something before the server lets in nobody else',
    cause,
  });
}

function announce(
  service: Service,
  url: string,
  dashboard: string | undefined,
  database: Database | undefined,
): string {
  const { host, hostname } = new URL(url);
  const open = database === undefined && !isLoopback(hostname.replace(/[[\]]/g, ''));
  const models = service.variants().map(({ id, labels, sizeBytes, share, shadow }) => {
    const part = share > 0 && share < 1 ? `, ${(100 * share).toFixed(0)} % of the requests` : '';
    return `serving ${id}: ${labels.join(', ')}; ${(sizeBytes / 1e6).toFixed(1)} MB${part}${shadow ? ', as a shadow' : ''}`;
  });
  return [
    ...models,
    `  classify:  POST ${url}/v1/classify`,
    `  API:       ${url}/docs`,
    `  dashboard: ${dashboard === undefined ? 'not built; run: nx run dashboard:build' : `${url}/`}`,
    ...(database === undefined
      ? []
      : [`  keys:      in ${database.address}; make one: nx run server:key --create NAME`]),
    ...(open ? [`  Whoever reaches ${host} can use it: there are no keys.`] : []),
    '',
  ].join('\n');
}

function findDashboard(workspace: string, folder: string | undefined): string | undefined {
  const path = folder === undefined ? join(workspace, 'apps/dashboard/dist') : resolve(folder);
  if (existsSync(join(path, 'index.html'))) return path;
  if (folder === undefined) return undefined;
  throw new UserError('the folder holds no index.html', {
    place: { file: relative(process.cwd(), path) || '.', field: '--dashboard' },
    remedy: 'build the page: nx run dashboard:build; its folder is apps/dashboard/dist',
  });
}
