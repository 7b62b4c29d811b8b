export interface ServerSentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/**
 * The events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream), and null for
 * each piece that has none in it: a sign of life. The browser's EventSource would tell neither status nor reason of a refusal.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent | null> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? '';
      const events = blocks.flatMap(parseBlock);
      if (events.length === 0) yield null;
      yield* events;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A block without data, such as a comment, is no event. */
function parseBlock(block: string): ServerSentEvent[] {
  const fields = { id: '', event: 'message', data: [] as string[] };
  for (const line of block.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'data') fields.data.push(value);
    else if (name === 'id' || name === 'event') fields[name] = value;
  }
  return fields.data.length === 0 ? [] : [{ ...fields, data: fields.data.join('\n') }];
}
