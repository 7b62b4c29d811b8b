/** A caller has used up what it may send. */
export class RateLimited extends Error {
  readonly retryAfterSeconds: number;

  constructor(perMinute: number, retryAfterSeconds: number) {
    super(`more than ${perMinute} texts a minute; try again in ${retryAfterSeconds} s`);
    this.name = 'RateLimited';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Callers that are remembered; the one that has been silent longest goes first, whose bucket is the fullest. */
const remembered = 10_000;

/**
 * A token bucket a caller: `perMinute` texts a minute, and as many at once after a minute of silence. Throws RateLimited. A request of
 * more texts than a full bucket holds is let through when the bucket is full, and leaves it below zero. What comes back gives the texts back, once. `now`: milliseconds.
 */
export function createRateLimit(perMinute: number, now: () => number = () => performance.now()) {
  const buckets = new Map<string, { texts: number; at: number }>();
  return (caller: string, texts: number): (() => void) => {
    const time = now();
    const old = buckets.get(caller) ?? { texts: perMinute, at: time };
    const available = Math.min(perMinute, old.texts + ((time - old.at) / 60_000) * perMinute);
    const needed = Math.min(texts, perMinute);
    if (available < needed) {
      throw new RateLimited(perMinute, Math.max(1, Math.ceil(((needed - available) / perMinute) * 60)));
    }
    buckets.delete(caller);
    buckets.set(caller, { texts: available - texts, at: time });
    const [oldest] = buckets.keys();
    if (buckets.size > remembered) buckets.delete(oldest);
    let taken = texts;
    return () => {
      // A caller that was forgotten has a full bucket again.
      const bucket = buckets.get(caller);
      if (bucket !== undefined) bucket.texts += taken;
      taken = 0;
    };
  };
}

export type RateLimit = ReturnType<typeof createRateLimit>;
