/** Of the API, in its document. */
export const version = '1.0.0';
