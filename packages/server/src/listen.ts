import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { UserError } from '@retort/shared';
import { problemOf, problemResponse, problemType } from './api/problem.ts';

export interface RunningServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more connections, lets the requests under way finish, and cuts them off after `graceSeconds`. */
  close(graceSeconds?: number): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** How long a client may take for the head of a request, and for all of it. Default: 10 and 30 seconds. */
  readonly headSeconds?: number;
  readonly requestSeconds?: number;
  /** Connections at once; more are closed at once. Default: 5,000. */
  readonly maxConnections?: number;
  /** How long a closing server still answers on connections that are open, as a request may be on its way. Default: 0. */
  readonly drainMs?: number;
}

interface Fetchable {
  fetch(request: Request, env: object): Response | Promise<Response>;
}

/** Serves an app over HTTP. */
export async function listen(app: Fetchable, options: ListenOptions): Promise<RunningServer> {
  const { host, port, headSeconds = 10, requestSeconds = 30, maxConnections = 5_000, drainMs = 0 } = options;
  const server = createServer(
    {
      headersTimeout: 1000 * headSeconds,
      requestTimeout: 1000 * requestSeconds,
      connectionsCheckingInterval: Math.min(1000, 500 * headSeconds),
      keepAliveTimeout: 65_000, // Longer than load balancers keep theirs, or they would send into a connection that closes.
      maxHeaderSize: 16 * 1024,
      requireHostHeader: false, // Refused by `refuseRequest`, with a body.
    },
    getRequestListener(app.fetch, { errorHandler: refuseRequest }),
  );
  server.maxConnections = maxConnections;
  server.on('clientError', refuseConnection);
  const underWay = new Set<ServerResponse>();
  let closing = false;
  let received = 0;
  server.on('request', (_request, response) => {
    received++;
    if (closing) response.setHeader('connection', 'close');
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw cannotListen(cause as NodeJS.ErrnoException, host, port);
  }
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;

  return {
    url: `http://${name}:${address.port}`,
    async close(graceSeconds = 10) {
      closing = true;
      const closed = once(server, 'close');
      // Not that of HTTP, which would at once cut off connections whose next request is on its way.
      NetServer.prototype.close.call(server);
      // Without this, a connection that answers later would stay open for the client's next request.
      for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
      const timer = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
      if (drainMs > 0) await Promise.race([closed, pause(drainMs, undefined, { ref: false })]);
      // A busy process may not have read yet what has long arrived: an idle connection is one that a whole turn of the event loop finds nothing on.
      for (let before = -1; before !== received; ) {
        before = received;
        await turn();
        await turn();
      }
      server.close();
      await closed;
      clearTimeout(timer);
    },
  };
}

/** What is no request to any app: HTTP/1.0 without a `Host`, too, for no app could tell whether it is meant. */
function refuseRequest(error: unknown): Response {
  return problemResponse(400, `the request is no HTTP for this server: ${(error as Error).message}`);
}

/** How long a client has to read why it was refused. */
const lingerMs = 1000;

/** What is no HTTP, or comes too slowly, is answered like every other error. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const refusals: Readonly<Record<string, readonly [status: number, detail: string]>> = {
    HPE_HEADER_OVERFLOW: [431, 'the head of the request is too long'],
    ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request was not there in time'],
  };
  const [status, detail] = refusals[error.code ?? ''] ?? [400, 'the request is no HTTP'];
  const problem = problemOf(status, detail);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\ncontent-type: ${problemType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
  // A client that does not close its side would keep the connection, one of a limited number, for as long as it likes.
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(timer));
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): unknown {
  const reasons: Readonly<Record<string, readonly [string, string]>> = {
    EADDRINUSE: [`port ${port} of ${host} is taken`, 'name another port: --port 8081'],
    EACCES: [`port ${port} is not for ordinary users`, 'name a port from 1024 on: --port 8080'],
    EADDRNOTAVAIL: [`${host} is no address of this machine`, 'leave out --host, or give 0.0.0.0 for all addresses'],
    ENOTFOUND: [`there is no host "${host}"`, 'leave out --host, or give 0.0.0.0 for all addresses'],
  };
  const reason = reasons[cause.code ?? ''];
  return reason === undefined ? cause : new UserError(reason[0], { remedy: reason[1], cause });
}
