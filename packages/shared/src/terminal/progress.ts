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
  readonly stream?: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** The clock, in milliseconds. */
  readonly now?: () => number;
}

const liveInterval = 100;
const plainInterval = 10_000;

/** On a terminal one line that is drawn again; elsewhere a plain line every ten seconds. */
export function createProgress({ title, stream = process.stdout, now = Date.now }: ProgressOptions): Progress {
  const live = stream.isTTY === true;
  let last = live ? Number.NEGATIVE_INFINITY : now();
  let drawn = false;

  const clear = () => {
    if (drawn) stream.write('\r\x1b[2K');
    drawn = false;
  };

  return {
    update(status) {
      if (now() - last < (live ? liveInterval : plainInterval)) return;
      last = now();
      const text = `${title}  ${status}`;
      if (!live) {
        stream.write(`${text}\n`);
        return;
      }
      clear();
      // Some terminals say that they have 0 columns.
      stream.write(text.slice(0, (stream.columns || 80) - 1));
      drawn = true;
    },
    line(text) {
      clear();
      stream.write(`${title}  ${text}\n`);
    },
    done: clear,
  };
}

/** `4 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n: number) => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
