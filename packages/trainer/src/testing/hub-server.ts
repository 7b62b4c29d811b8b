import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export const commit = '0123456789abcdef0123456789abcdef01234567';

/** A request that came, and to which of the two servers. */
export interface SeenRequest {
  readonly server: 'hub' | 'cdn';
  readonly url: string;
  readonly range?: string;
  readonly authorization?: string;
}

/** How the servers behave; a test may change it at any time. */
export interface Behaviour {
  /** Answers for the large file are cut off after so many bytes each, one number an answer; the last one stays. */
  cuts: number[];
  /** The token without which the hub shows nothing. */
  token?: string;
  /** Whether there is no hub, but some other site. */
  page?: boolean;
  /** Whether the hub shows what files there are, but none of them. */
  gated?: boolean;
  /** Whether the servers send whole files, unless they are only asked how long one is. */
  ignoresRange?: boolean;
  /** Whether a bit of the large file has flipped. */
  damaged?: boolean;
  /** Another name of the model, from which the hub redirects. */
  alias?: string;
}

/**
 * A stand-in for the hub, for one model out of a folder: its API, `resolve` addresses, and large files on another server
 * that it redirects to, as huggingface.co does with files in large file storage.
 */
export class HubServer {
  readonly requests: SeenRequest[] = [];
  readonly behaviour: Behaviour = { cuts: [] };
  readonly #files: ReadonlyMap<string, Buffer>;
  readonly #model: string;
  readonly #hub: Server;
  readonly #cdn: Server;

  constructor(model: string, folder: string) {
    this.#model = model;
    this.#files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
    this.#hub = createServer((request, response) => this.#see('hub', request, response));
    this.#cdn = createServer((request, response) => this.#see('cdn', request, response));
  }

  async listen(): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  }

  get endpoint(): string {
    return origin(this.#hub);
  }

  /** Requests for the content of the large file: not those that only ask how long it is. */
  get downloads(): SeenRequest[] {
    return this.requests.filter(({ server, range }) => server === 'cdn' && range !== 'bytes=0-0');
  }

  async close(): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  #see(server: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): void {
    const { url = '', headers } = request;
    this.requests.push({ server, url, range: headers.range, authorization: headers.authorization });
    if (server === 'cdn') this.#sendLarge(url.slice(1), request, response);
    else this.#answer(url, request, response);
  }

  #answer(url: string, request: IncomingMessage, response: ServerResponse): void {
    const { token, alias } = this.behaviour;
    const [path] = decodeURIComponent(url).split('?');
    if (this.behaviour.page === true) {
      response.setHeader('Content-Type', 'text/html').end('<p>Please log in</p>');
    } else if (alias !== undefined && url.includes(`/${alias}/`)) {
      response.writeHead(307, { Location: url.replace(`/${alias}/`, `/${this.#model}/`) }).end();
    } else if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
      json(response, 401, { error: 'Invalid username or password.' });
    } else if (
      path === `/api/models/${this.#model}/revision/main` ||
      path === `/api/models/${this.#model}/revision/v1`
    ) {
      const siblings = [...this.#files.keys()].map((rfilename) => ({ rfilename }));
      json(response, 200, { _id: '1', id: this.#model, sha: commit, siblings });
    } else if (path === `/api/models/${this.#model}/paths-info/${commit}`) {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => json(response, 200, this.#pathsInfo(JSON.parse(body).paths)));
    } else if (path.startsWith(`/${this.#model}/resolve/${commit}/`)) {
      this.#resolve(path.split('/').at(-1) ?? '', request, response);
    } else {
      json(response, 404, { error: 'Repository or revision not found' });
    }
  }

  #pathsInfo(paths: string[]): object[] {
    return paths.flatMap((path) => {
      const content = this.#files.get(path);
      if (content === undefined) return [];
      const lfs = { oid: sha256(content), size: content.length, pointerSize: 134 };
      const oid = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
      return [{ path, type: 'file', size: content.length, oid, ...(isLarge(path) ? { lfs } : {}) }];
    });
  }

  #resolve(name: string, request: IncomingMessage, response: ServerResponse): void {
    const content = this.#files.get(name);
    if (this.behaviour.gated === true) {
      json(response, 403, { error: 'Access to this model is restricted' });
    } else if (content === undefined) {
      response.setHeader('X-Error-Code', 'EntryNotFound');
      json(response, 404, { error: 'Entry not found' });
    } else if (isLarge(name)) {
      const headers = { 'X-Repo-Commit': commit, 'X-Linked-Size': content.length, 'X-Linked-ETag': sha256(content) };
      response.writeHead(302, { ...headers, Location: `${origin(this.#cdn)}/${name}` }).end();
    } else {
      response.setHeader('X-Repo-Commit', commit);
      this.#send(content, request, response);
    }
  }

  #sendLarge(name: string, request: IncomingMessage, response: ServerResponse): void {
    const content = Buffer.from(this.#files.get(name) ?? '');
    if (this.behaviour.damaged === true) content[content.length - 1] ^= 1;
    const { cuts } = this.behaviour;
    const probe = request.headers.range === 'bytes=0-0';
    this.#send(content, request, response, probe ? undefined : cuts.length > 1 ? cuts.shift() : cuts[0]);
  }

  /** All of it, or the range that was asked for; `cut` ends the connection after so many bytes. */
  #send(content: Buffer, request: IncomingMessage, response: ServerResponse, cut?: number): void {
    const { range: given = '' } = request.headers;
    const asked = this.behaviour.ignoresRange === true && given !== 'bytes=0-0' ? '' : given;
    const range = /^bytes=(\d+)-(\d+)$/.exec(asked);
    const [from, to] = range === null ? [0, content.length] : [Number(range[1]), Number(range[2]) + 1];
    const part = content.subarray(from, to);
    const headers = { ETag: `"${sha256(content)}"`, 'Content-Length': part.length, 'Accept-Ranges': 'bytes' };
    const total = { 'Content-Range': `bytes ${from}-${to - 1}/${content.length}` };
    response.writeHead(range === null ? 200 : 206, range === null ? headers : { ...headers, ...total });
    if (cut === undefined || cut >= part.length) response.end(part);
    else response.write(part.subarray(0, cut), () => response.destroy());
  }
}

function isLarge(name: string): boolean {
  return name.endsWith('.safetensors');
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function json(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
