import { isIP } from 'node:net';
import { type DeviceName, deviceNames, type PrecisionChoice, precisions } from '@retort/runtime';
import { type HostRule, hostName, isLoopback } from './http/allowed-hosts.ts';
import { type Network, parseNetwork } from './http/caller.ts';
import { type LogChoice, logChoices } from './http/log.ts';
import { count, list, number, oneOf, wrong } from './option-values.ts';

type Given = Readonly<Record<string, string | boolean | undefined>>;

/** What to serve, to whom, within which limits. */
export interface ServeOptions {
  readonly experiment: string;
  /** Model folders, the default first, with the ids that were given to them; empty: the experiment's. */
  readonly models: readonly { readonly id?: string; readonly folder: string }[];
  /** Percent of the requests that name no model. */
  readonly canary?: { readonly id: string; readonly percent: number };
  /** Ids. */
  readonly shadows: readonly string[];
  readonly port: number;
  readonly host: string;
  /** Whether a key is asked for. */
  readonly keys: boolean;
  /** Whether what was recorded can be read at `/api`: `auto` where there is a workspace or a DATABASE_URL. */
  readonly tracking: 'auto' | 'never';
  /** Whether texts of the data are shown beside what models made of them. */
  readonly texts: boolean;
  /** What requests may call the server by; undefined: anything. */
  readonly hosts?: HostRule;
  readonly origins: readonly string[];
  readonly textsPerMinute?: number;
  /** That are believed when they tell whom a request is from. */
  readonly proxies: readonly Network[];
  readonly maxWaitSeconds: number;
  /** Default: by the number of workers. */
  readonly queueLimit?: number;
  /** Default: one a core. */
  readonly workers?: number;
  /** Default: 1 on the CPU by onnxruntime, elsewhere 0. */
  readonly express?: number;
  readonly device: DeviceName;
  /** Without it, what the environment says. */
  readonly precision?: PrecisionChoice;
  readonly tune: boolean;
  readonly graceSeconds: number;
  readonly log: LogChoice;
  readonly dashboard?: string;
}

export const serveOptions = {
  experiment: { type: 'string', value: 'NAME', help: 'whose quantized student is served', default: 'sample' },
  models: { type: 'string', value: 'FOLDER,...', help: 'other model folders, the default first; ID=FOLDER names one' },
  model: { type: 'string', value: 'FOLDER', help: 'the same for one folder' },
  canary: { type: 'string', value: 'ID=PERCENT', help: 'gives a model this part of the requests that name none' },
  shadow: { type: 'string', value: 'ID,...', help: 'models that read, unseen, what the others are given' },
  port: { type: 'string', value: 'PORT', help: 'where to listen; 0 takes any free port', default: '8080' },
  host: { type: 'string', value: 'ADDRESS', help: 'who may connect: 0.0.0.0 is everybody', default: '127.0.0.1' },
  keys: {
    type: 'string',
    value: 'WHEN',
    help: 'asks for API keys: auto (unless bound to loopback), always, never',
    default: 'auto',
  },
  tracking: {
    type: 'string',
    value: 'WHEN',
    help: 'runs and curves at /api: auto (in a workspace, or with DATABASE_URL), never',
    default: 'auto',
  },
  texts: {
    type: 'string',
    value: 'WHEN',
    help: 'shows texts that models got wrong: auto (to this machine alone), always, never',
    default: 'auto',
  },
  'allowed-hosts': {
    type: 'string',
    value: 'NAME,...',
    help: 'by which names it may be called beside its own; * is any, as by default elsewhere than on loopback with keys',
  },
  cors: { type: 'string', value: 'ORIGIN,...', help: 'origins whose pages may call the API; default: none' },
  'rate-limit': { type: 'string', value: 'N', help: 'texts a minute for each key or address; default: no limit' },
  'trusted-proxies': {
    type: 'string',
    value: 'ADDRESS,...',
    help: 'proxies, or their networks, that tell in X-Forwarded-For whom a request is from; default: none',
  },
  'max-wait': { type: 'string', value: 'SECONDS', help: 'after which an answer comes too late', default: '30' },
  queue: { type: 'string', value: 'N', help: 'texts and windows that may wait; default: 128 a worker' },
  workers: { type: 'string', value: 'N', help: 'processes that run the models; default: one a core' },
  express: {
    type: 'string',
    value: 'N',
    help: 'processes beside them for short texts that would wait for long ones; default: 1 on the device cpu, else 0',
  },
  device: { type: 'string', value: 'NAME', help: `where they run: ${deviceNames.join(', ')}`, default: 'cpu' },
  precision: { type: 'string', value: 'NAME', help: `what the device openvino computes in: ${precisions.join(', ')}` },
  tune: { type: 'boolean', help: 'measures at the start which short texts gain by sharing a run' },
  grace: { type: 'string', value: 'SECONDS', help: 'to answer what waits after SIGTERM', default: '20' },
  log: {
    type: 'string',
    value: 'WHAT',
    help: 'JSON lines on stderr: requests (and all events), errors, off (nothing)',
    default: 'requests',
  },
  dashboard: { type: 'string', value: 'FOLDER', help: 'the built page, by default apps/dashboard/dist' },
} as const;

export function parseServeOptions(given: Given): ServeOptions {
  const text = (name: keyof typeof serveOptions): string | undefined => {
    const value = given[name];
    return typeof value === 'string' ? value : undefined;
  };
  const host = text('host') ?? '127.0.0.1';
  const keys = parseWhen('--keys', text('keys') ?? 'auto', !isLoopback(host));
  const express = text('express');
  const folders = list([text('models'), text('model')].filter((value) => value !== undefined).join(','));
  return {
    experiment: text('experiment') ?? 'sample',
    models: folders.map(parseModel),
    canary: parseCanary(text('canary')),
    shadows: list(text('shadow')),
    port: number('--port', text('port') ?? '8080', { min: 0, max: 65_535, whole: true }),
    host,
    keys,
    tracking: oneOf('--tracking', text('tracking') ?? 'auto', ['auto', 'never']),
    texts: parseWhen('--texts', text('texts') ?? 'auto', isLoopback(host)),
    hosts: parseHosts(host, keys, text('allowed-hosts')),
    origins: list(text('cors')).map(parseOrigin),
    textsPerMinute: count('--rate-limit', text('rate-limit'), 1e9),
    proxies: list(text('trusted-proxies')).map(parseProxy),
    maxWaitSeconds: number('--max-wait', text('max-wait') ?? '30', { min: 0.01, max: 600 }),
    queueLimit: count('--queue', text('queue'), 1e6),
    workers: count('--workers', text('workers'), 1024),
    express: express === undefined ? undefined : number('--express', express, { min: 0, max: 64, whole: true }),
    device: oneOf('--device', text('device') ?? 'cpu', deviceNames),
    precision: parsePrecisionOption(text('precision')),
    tune: given.tune === true,
    graceSeconds: number('--grace', text('grace') ?? '20', { min: 0, max: 600 }),
    log: oneOf('--log', text('log') ?? 'requests', logChoices),
    dashboard: text('dashboard'),
  };
}

function parsePrecisionOption(text: string | undefined): PrecisionChoice | undefined {
  return text === undefined ? undefined : oneOf('--precision', text, precisions);
}

function parseModel(text: string): ServeOptions['models'][number] {
  const [, id, folder] = /^([\w.-]+)=(.+)$/.exec(text) ?? [];
  return id === undefined ? { folder: text } : { id, folder };
}

function parseCanary(text: string | undefined): ServeOptions['canary'] {
  if (text === undefined) return undefined;
  const [, id, percent] = /^(.+)=([\d.]+)$/.exec(text) ?? [];
  if (id === undefined) throw wrong('--canary', text, 'give a model and its percentage: --canary new=5');
  return { id, percent: number('--canary', percent, { min: 0, max: 100 }) };
}

function parseWhen(field: string, text: string, auto: boolean): boolean {
  const when = oneOf(field, text, ['auto', 'always', 'never']);
  return when === 'always' || (when === 'auto' && auto);
}

/** On the loopback address also with keys: reading needs none. */
function parseHosts(host: string, keys: boolean, text: string | undefined): HostRule | undefined {
  const given = list(text);
  if (given.includes('*') || (given.length === 0 && keys && !isLoopback(host))) return undefined;
  const own = hostName(host);
  return {
    names: [...(own === undefined ? [] : [own]), ...given.map(parseHost)],
    addresses: isLoopback(host) ? 'loopback' : 'any',
  };
}

function parseHost(text: string): string {
  const name = hostName(text);
  if (name !== undefined && (isIP(text) !== 0 || !text.includes(':'))) return name;
  throw wrong('--allowed-hosts', text, 'give names without scheme and port, such as retort.example.org');
}

function parseOrigin(text: string): string {
  if (URL.canParse(text) && new URL(text).origin === text) return text;
  throw wrong('--cors', text, 'give scheme, host and port alone, such as https://example.org');
}

function parseProxy(text: string): Network {
  const network = parseNetwork(text);
  if (network !== undefined) return network;
  throw wrong('--trusted-proxies', text, 'give addresses or networks, such as 10.0.0.0/8');
}
