/** A bell that remembers: rung while nobody waits, it lets the next one through at once. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Until it is rung, or was rung since the last wait. */
  async wait(): Promise<void> {
    if (!this.#rung) {
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    this.#wake = undefined;
    this.#rung = false;
  }
}
