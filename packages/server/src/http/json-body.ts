import { bodyLimit } from 'hono/body-limit';
import { createMiddleware } from 'hono/factory';
import { HTTPException } from 'hono/http-exception';
import { limits } from '../api/limits.ts';
import { problemResponse, shorten } from '../api/problem.ts';

const tooLong = () => problemResponse(413, `the body is longer than ${limits.bodyBytes} bytes`);
const limitStream = bodyLimit({ maxSize: limits.bodyBytes, onError: tooLong });

/**
 * Refuses a body that says, or turns out, to be too long, before it is all there. Hono's own middleware touches the body even where the head tells its
 * length, and so has a web request and a web stream made of it for nothing.
 */
export const limitBody = createMiddleware(async (c, next) => {
  const length = c.req.header('content-length');
  if (length === undefined || c.req.header('transfer-encoding') !== undefined) return limitStream(c, next);
  return Number(length) > limits.bodyBytes ? tooLong() : next();
});

const utf8 = new TextDecoder('utf-8', { fatal: true });
const json = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/**
 * Reads the JSON body in place of Hono, which would take broken UTF-8 for text, and leave it to the schemas to walk through a million values.
 */
export const readJsonBody = createMiddleware(async (c, next) => {
  const type = c.req.header('content-type');
  if (!json.test(type ?? '')) {
    const sent = type === undefined ? 'without a Content-Type' : `as ${shorten(type)}`;
    throw new HTTPException(415, { message: `the body is sent ${sent}; send application/json` });
  }
  const value = parse(await c.req.arrayBuffer());
  Object.assign(c.req, { json: async () => value });
  await next();
});

function parse(bytes: ArrayBuffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw new HTTPException(400, { message: 'the body is not UTF-8' });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const why = text === '' ? 'it is empty' : shorten((cause as SyntaxError).message);
    throw new HTTPException(400, { message: `the body is not JSON: ${why}` });
  }
  requireModest(value);
  return value;
}

/** Level by level, so that no nesting overflows the stack. */
function requireModest(value: unknown): void {
  let level = [value];
  let count = 1;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.jsonDepth) throw new HTTPException(400, { message: 'the JSON is nested too deep' });
    const below: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      for (const child of Object.values(one)) {
        if (++count > limits.jsonValues) throw new HTTPException(400, { message: 'the JSON has too many values' });
        below.push(child);
      }
    }
    level = below;
  }
}
