import { findTerminal, type Output } from './progress.ts';
import { say } from './said-lines.ts';

/**
 * Tells a line when the process is about to end because it was told to. On a terminal it is written there and not to
 * `stream`: Nx, which passes that on, falls silent with Ctrl-C.
 */
export function tellAtLast(
  text: string,
  stream: Output = process.stdout,
  terminal: Output | undefined = findTerminal(stream),
): void {
  say(text);
  // The live line may stand there.
  if (terminal === undefined) stream.write(`${text}\n`);
  else terminal.write(`\r\x1b[2K${text}\n`);
}
