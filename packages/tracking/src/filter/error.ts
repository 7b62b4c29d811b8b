/** A filter that cannot be read: what is wrong, and where in its text. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  /** Of the first character that is wrong, from 0; the text's length if something is missing at its end. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
