import type { HttpBindings } from '@hono/node-server';

/** What a request carries from the middleware to its handler. */
export interface ServerEnv {
  Variables: {
    requestId: string;
    /** Whose rate limit counts: a key, or without keys an address. */
    caller: string;
    /** For the log. */
    texts?: number;
    model?: string;
  };
  /** Missing where no socket is there, as in tests. */
  Bindings: Partial<HttpBindings>;
}
