/** What one request may ask for. */
export const limits = {
  bodyBytes: 1024 * 1024,
  texts: 32,
  /** UTF-16 units. */
  textLength: 100_000,
  /** Values in the JSON of a body, and how deep they may lie in each other. */
  jsonValues: 50_000,
  jsonDepth: 16,
  /** Sentences of an explanation; of a text with more, neighbours are taken together. */
  sentences: 32,
  /** Inputs that the model reads for an explanation, beside those of the text itself. */
  explanationInputs: 128,
  /** Errors that a problem document names. */
  errors: 20,
} as const;
