/** Lines that are remembered for a listener that comes later: what a stage says before it begins its artifact. */
const remembered = 200;

type Listener = (line: string) => void;

const before: string[] = [];
const listeners = new Set<Listener>();

/** Tells the listeners of a line that the stage says. Never the live line, which is drawn over. */
export function say(line: string): void {
  for (const listener of listeners) listener(line);
  before.push(line);
  if (before.length > remembered) before.shift();
}

/** Tells `listener` the lines that were said so far and all further ones, until the function that it returns is called. */
export function listenToLines(listener: Listener): () => void {
  for (const line of before) listener(line);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
