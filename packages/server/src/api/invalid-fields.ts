/** A body that keeps to its schema, but is not what the model at hand takes. */
export class InvalidFields extends Error {
  readonly errors: readonly { readonly field: string; readonly message: string }[];

  constructor(errors: InvalidFields['errors']) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.name = 'InvalidFields';
    this.errors = errors;
  }
}
