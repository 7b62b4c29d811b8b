/**
 * A `fetch` for the hub: it shows the token to the hub alone, never to the servers that the hub refers to; and where a
 * server sends a whole file although it was asked for the rest, it drops what was not asked for.
 */
export function hubFetch(endpoint: string, token: string | undefined): typeof fetch {
  const { origin } = new URL(endpoint);
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init?.headers);
    if (token !== undefined && url.origin === origin) headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(url, { ...init, headers });
    const start = Number(/^bytes=(\d+)-/.exec(headers.get('Range') ?? '')?.[1] ?? 0);
    if (start === 0 || response.status !== 200 || response.body === null) return response;
    return new Response(response.body.pipeThrough(withoutFirst(start)), { status: 206, headers: response.headers });
  };
}

function withoutFirst(count: number): TransformStream<Uint8Array, Uint8Array> {
  let left = count;
  return new TransformStream({
    transform(chunk, controller) {
      const skipped = Math.min(left, chunk.length);
      left -= skipped;
      if (skipped < chunk.length) controller.enqueue(chunk.subarray(skipped));
    },
  });
}
