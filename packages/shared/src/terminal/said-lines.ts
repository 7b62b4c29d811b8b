/** Lines that are remembered for a listener that comes later: what a stage says before it begins its artifact. */
const remembered = 200;

type Listener = (line: string) => void;

const unheard: string[] = [];
const listeners = new Set<Listener>();

/** Tells the listeners of a line that the stage says. Never the live line, which is drawn over. */
export function say(line: string): void {
  for (const listener of listeners) listener(line);
  if (listeners.size > 0) return;
  unheard.push(line);
  if (unheard.length > remembered) unheard.shift();
}

/** Tells `listener` the lines that nobody has heard yet and all further ones, until the function that it returns is called. */
export function listenToLines(listener: Listener): () => void {
  for (const line of unheard.splice(0)) listener(line);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
