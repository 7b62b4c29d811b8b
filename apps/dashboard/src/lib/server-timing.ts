/** The milliseconds by name of a header such as `queue;dur=0.1, infer;dur=12.5` (https://www.w3.org/TR/server-timing/). */
export function parseServerTiming(header: string): Record<string, number> {
  const entries = header.split(',').flatMap((part): [string, number][] => {
    const [name, ...parameters] = part.split(';').map((piece) => piece.trim());
    const [, duration] = /^dur="?([\d.]+)/.exec(parameters.find((one) => one.startsWith('dur=')) ?? '') ?? [];
    return name === '' || duration === undefined ? [] : [[name, Number(duration)]];
  });
  return Object.fromEntries(entries);
}
