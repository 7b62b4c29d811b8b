// The ways to quantize that the benches compare: options of the recipe beside int8 embeddings and the full range.
const int4 = { embeddings: 'int4' };
const reduced = { reduceRange: true };

export const variants = [
  ['dynamic-int8', {}],
  ['dynamic-int8', int4],
  ['dynamic-int8', reduced],
  ['fixed-int8', {}],
  ['fixed-int8', int4],
  ['fixed-int8', reduced],
  ['fixed-int8', { ...int4, ...reduced }],
  ['static-int8', {}],
  ['static-int8', int4],
  ['static-int8', reduced],
  ['int8-weights', {}],
  ['int8-weights', int4],
].map(([recipe, options]) => ({
  name: [recipe, options.embeddings, options.reduceRange && '7 bits'].filter(Boolean).join(', '),
  recipe,
  options: { embeddings: 'int8', reduceRange: false, ...options },
}));
