import { formatDuration } from '@retort/shared';

/** Tokens a second, and the time that is left, from the work done so far. */
export class Speedometer {
  #tokens = 0;
  #milliseconds = 0;
  readonly #totalTokens: number;

  constructor(totalTokens: number) {
    this.#totalTokens = totalTokens;
  }

  add(tokens: number, milliseconds: number): void {
    this.#tokens += tokens;
    this.#milliseconds += milliseconds;
  }

  get tokens(): number {
    return this.#tokens;
  }

  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Tokens a second. */
  get rate(): number {
    return this.#milliseconds === 0 ? 0 : (1000 * this.#tokens) / this.#milliseconds;
  }

  /** Seconds. */
  get left(): number {
    return this.rate === 0 ? 0 : (this.#totalTokens - this.#tokens) / this.rate;
  }
}

/** What counts most comes first: a narrow terminal cuts the end. */
export function formatStatus(state: {
  epoch: number;
  epochs: number;
  step: number;
  total: number;
  loss: number;
  speed: Speedometer;
}): string {
  const { epoch, epochs, step, total, loss, speed } = state;
  return (
    `epoch ${epoch}/${epochs}  step ${step}/${total}  loss ${loss.toFixed(4)}  ` +
    `${formatDuration(speed.left)} left  ${Math.round(speed.rate)} tokens/s`
  );
}
