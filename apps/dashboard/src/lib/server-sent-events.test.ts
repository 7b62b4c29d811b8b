import { describe, expect, it } from '@jest/globals';
import { readEvents } from './server-sent-events.ts';

async function eventsOf(...pieces: (string | Uint8Array)[]) {
  const bytes = pieces.map((piece) => (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of bytes) controller.enqueue(piece);
      controller.close();
    },
  });
  const events: unknown[] = [];
  for await (const event of readEvents(body)) events.push(event);
  return events;
}

describe('readEvents', () => {
  it('reads id, event and data', async () => {
    expect(await eventsOf('event: run\ndata: {"a":1}\nid: 7\n\n')).toEqual([
      { id: '7', event: 'run', data: '{"a":1}' },
    ]);
  });

  it('puts an event together that comes in pieces, in the middle of a character too', async () => {
    const bytes = new TextEncoder().encode('data: é\n\n');
    expect(await eventsOf(bytes.slice(0, 7), bytes.slice(7))).toEqual([null, { id: '', event: 'message', data: 'é' }]);
  });

  it('takes several lines of data for one', async () => {
    expect(await eventsOf('data: a\r\ndata:b\r\n\r\n')).toEqual([{ id: '', event: 'message', data: 'a\nb' }]);
  });

  it('tells of comments as signs of life alone', async () => {
    expect(await eventsOf(': still here\n\n')).toEqual([null]);
  });

  it('leaves out an event that is cut off', async () => {
    expect(await eventsOf('data: whole\n\ndata: ha')).toEqual([{ id: '', event: 'message', data: 'whole' }]);
  });
});
