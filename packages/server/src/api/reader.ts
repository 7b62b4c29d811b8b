import type { Context } from 'hono';
import type { ServerEnv } from '../http/environment.ts';
import type { RateLimit } from '../http/rate-limit.ts';
import { deadlineOf } from '../http/wait.ts';
import {
  QueueFull,
  type Reading,
  type ReadOptions,
  type Service,
  type TokenizedInput,
  type Variant,
} from '../inference/index.ts';

/** What all routes that classify do alike: limits of the caller, deadline, hang-up, the choice of the model, timings. */
export interface Reader {
  /** `work` gets the variant that serves `model`, or one by the shares, and functions that read texts, or tokens, for this request. */
  use<T>(
    c: Context<ServerEnv>,
    model: string | undefined,
    work: (variant: Variant, read: Read, readTokens: ReadTokens) => Promise<T>,
  ): Promise<T>;
}

export type Read = (texts: readonly string[], options?: Pick<ReadOptions, 'policy' | 'tokens'>) => Promise<Reading[]>;

export type ReadTokens = (inputs: readonly TokenizedInput[]) => Promise<Reading[]>;

export interface ReaderOptions {
  readonly service: Service;
  readonly rateLimit?: RateLimit;
  readonly maxWaitSeconds: number;
}

export function createReader({ service, rateLimit, maxWaitSeconds }: ReaderOptions): Reader {
  return {
    use(c, model, work) {
      const deadline = deadlineOf(c.req.header('prefer'), maxWaitSeconds);
      const { signal } = c.req.raw;
      return service.use(model, async (variant) => {
        const readings: Reading[] = [];
        const taken: (() => void)[] = [];
        c.set('model', variant.id);
        c.set('texts', 0);
        const counted = async (count: number, read: () => Promise<Reading[]>) => {
          if (rateLimit !== undefined) taken.push(rateLimit(c.get('caller'), count));
          c.set('texts', (c.get('texts') ?? 0) + count);
          const those = await read();
          readings.push(...those);
          return those;
        };
        try {
          const result = await work(
            variant,
            (texts, options) => counted(texts.length, () => variant.read(texts, { ...options, signal, deadline })),
            (inputs) => counted(inputs.length, () => variant.readTokens(inputs, { signal, deadline })),
          );
          c.header('server-timing', serverTiming(readings));
          return result;
        } catch (error) {
          // Refused for the sake of others: the caller may ask again.
          if (error instanceof QueueFull) for (const giveBack of taken) giveBack();
          throw error;
        }
      });
    },
  };
}

/** Milliseconds by phase, as https://www.w3.org/TR/server-timing/ has them; those of several texts overlap. */
function serverTiming(readings: readonly Reading[]): string {
  const sum = (phase: keyof Reading['timings']) => readings.reduce((total, { timings }) => total + timings[phase], 0);
  const entry = (name: string, ms: number) => `${name};dur=${ms.toFixed(3)}`;
  return [
    entry('queue', Math.max(0, ...readings.map(({ timings }) => timings.queueMs))),
    entry('tokenize', sum('tokenizeMs')),
    entry('infer', sum('inferMs')),
  ].join(', ');
}
