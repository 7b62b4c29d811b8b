import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { findWorkspace, UserError } from '@retort/shared';
import { createApp } from './app.ts';
import { listen } from './listen.ts';
import { type Classifier, openClassifier } from './model/classifier.ts';
import { locateModel } from './model/locate.ts';

type Options = Readonly<Record<string, string | boolean | undefined>>;

/** The command: loads the model, listens, and returns when a signal has stopped it and all answers are out. */
export async function serve(options: Options): Promise<void> {
  const workspace = findWorkspace();
  const port = parsePort(text(options.port) ?? '8080');
  const host = text(options.host) ?? '127.0.0.1';
  const dashboard = findDashboard(workspace, text(options.dashboard));
  const stopped = untilSignal();
  const experiment = text(options.experiment) ?? 'sample';
  const located = await locateModel({ workspace, experiment, model: text(options.model) });
  if (located.warning !== undefined) process.stderr.write(`warning: ${located.warning}\n`);
  const model = await openClassifier(located);
  try {
    const server = await listen(createApp({ models: [model], dashboard }), { host, port });
    process.stdout.write(announce(model, server.url, dashboard));
    await stopped;
    process.stdout.write('stopping: answers what is under way\n');
    await server.close();
  } finally {
    await model.close();
  }
}

/**
 * Later signals are swallowed: a terminal and Nx send one each for the same Ctrl-C. The wait after the first is bounded.
 */
function untilSignal(): Promise<void> {
  return new Promise((done) => {
    process.on('SIGINT', done);
    process.on('SIGTERM', done);
  });
}

function announce(model: Classifier, url: string, dashboard: string | undefined): string {
  const { host, hostname } = new URL(url);
  const local = /^(127\.|\[::1\])/.test(hostname);
  return [
    `serving ${model.id}: ${model.labels.join(', ')}; ${(model.sizeBytes / 1e6).toFixed(1)} MB`,
    `  classify:  POST ${url}/v1/classify`,
    `  API:       ${url}/openapi.json`,
    `  dashboard: ${dashboard === undefined ? 'not built; run: nx run dashboard:build' : `${url}/`}`,
    ...(local ? [] : [`  Whoever reaches ${host} can use it: there are no keys.`]),
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

function parsePort(value: string): number {
  const port = Number(value);
  if (/^\d+$/.test(value) && port <= 65_535) return port;
  throw new UserError(`"${value}" is no port`, { place: { field: '--port' }, remedy: 'give a number from 0 to 65535' });
}

function text(value: string | boolean | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
