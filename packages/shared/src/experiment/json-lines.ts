const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/** Where a value stands in a JSON file, written as in JavaScript: `data.sources[0].path`. */
export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

/**
 * The line, from 1, on which the value at `path` stands in a valid JSON text, by its key; the line of the innermost
 * object or list around it if it is missing. Undefined for the whole file.
 */
export function lineOfPath(text: string, path: readonly PropertyKey[]): number | undefined {
  const lines = linesOfPaths(text);
  for (let length = path.length; length > 0; length--) {
    const line = lines.get(formatPath(path.slice(0, length)));
    if (line !== undefined) return line;
  }
  return undefined;
}

function linesOfPaths(text: string): Map<string, number> {
  const lines = new Map<string, number>();
  const tokens = Array.from(text.matchAll(token), (match) => ({ text: match[0], start: match.index }));
  let next = 0;
  let line = 1;
  let counted = 0;

  const note = (path: readonly PropertyKey[]) => {
    const { start } = tokens[next];
    for (; counted < start; counted++) if (text[counted] === '\n') line++;
    lines.set(formatPath(path), line);
  };
  const skipValue = (path: readonly PropertyKey[]) => {
    const opening = tokens[next++].text;
    if (opening !== '{' && opening !== '[') return;
    for (let i = 0; tokens[next].text !== '}' && tokens[next].text !== ']'; i++) {
      const key = opening === '[' ? i : String(JSON.parse(tokens[next].text));
      note([...path, key]);
      if (opening === '{') next += 2; // the key and its colon
      skipValue([...path, key]);
      if (tokens[next].text === ',') next++;
    }
    next++;
  };
  skipValue([]);
  return lines;
}
