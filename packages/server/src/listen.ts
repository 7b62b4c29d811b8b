import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { UserError } from '@retort/shared';

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
}

/** Serves an app over HTTP. */
export async function listen(
  app: { fetch(request: Request): Response | Promise<Response> },
  { host, port }: ListenOptions,
): Promise<RunningServer> {
  const server = createServer(getRequestListener(app.fetch));
  const underWay = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
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
      const closed = once(server, 'close');
      server.close();
      // Idle connections are closed by now; without this, one that answers later would stay open for the client's next request.
      for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
      const timer = setTimeout(() => server.closeAllConnections(), graceSeconds * 1000);
      await closed;
      clearTimeout(timer);
    },
  };
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
