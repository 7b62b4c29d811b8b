import { WriteStream } from 'node:tty';
import { say } from './said-lines.ts';

/** What a stage tells those who watch it. */
export interface Progress {
  /** The state right now, such as `epoch 2/4  step 31/80  loss 0.214`. Shown live on a terminal, now and then elsewhere. */
  update(status: string): void;
  /** A line that stays. */
  line(text: string): void;
  /** Ends the live line. */
  done(): void;
}

export interface ProgressOptions {
  /** Comes first in every line: the stage's name. */
  readonly title: string;
  /** Takes the lines that stay. */
  readonly stream?: Output;
  /** Where the live line is drawn. */
  readonly terminal?: Output;
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

export type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number };

const liveInterval = 100;
const plainInterval = 10_000;

/** On a terminal one line that is drawn again; elsewhere a plain line every ten seconds. */
export function createProgress({
  title,
  stream = process.stdout,
  terminal = findTerminal(stream),
  now = Date.now,
}: ProgressOptions): Progress {
  let last = terminal === undefined ? now() : Number.NEGATIVE_INFINITY;
  let lastSaid = last;
  let drawn = false;

  const clear = () => {
    if (drawn) terminal?.write('\r\x1b[2K');
    drawn = false;
    process.off('exit', clear);
  };

  return {
    update(status) {
      if (now() - last < (terminal === undefined ? plainInterval : liveInterval)) return;
      last = now();
      const text = `${title}  ${status}`;
      if (last - lastSaid >= plainInterval) {
        lastSaid = last;
        say(text);
      }
      if (terminal === undefined) {
        stream.write(`${text}\n`);
        return;
      }
      clear();
      // Some terminals say that they have 0 columns.
      terminal.write(fitted(text, (terminal.columns || 80) - 1));
      drawn = true;
      // Ctrl-C ends the process without coming back here, and the shell's next words must not follow the line.
      process.once('exit', clear);
    },
    line(text) {
      clear();
      say(`${title}  ${text}`);
      stream.write(`${title}  ${text}\n`);
      // Where the line goes through Nx, it reaches the terminal a moment later: the live line has to wait for it.
      if (terminal !== undefined && terminal !== stream) last = now();
    },
    done: clear,
  };
}

/** As many of the parts of a text, which two spaces separate, as are no longer than `most`; of a single one its beginning. */
function fitted(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.lastIndexOf('  ', most);
  return text.slice(0, end > 0 ? end : most);
}

/**
 * The terminal that shows what is written to `stream`: the stream itself; or, where Nx reads our output and passes it
 * on, the terminal that Nx left us as standard input, if tools/nx-plugin says so by `RETORT_LIVE`.
 */
export function findTerminal(stream: Output): Output | undefined {
  if (stream.isTTY === true) return stream;
  if (stream !== process.stdout || process.env.RETORT_LIVE !== 'stdin' || !process.stdin.isTTY) return undefined;
  const terminal = new WriteStream(process.stdin.fd);
  terminal.on('error', () => {}); // One that is open for reading alone takes nothing, and that must not end a stage.
  return terminal;
}

/** `4 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n: number) => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
