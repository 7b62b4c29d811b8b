export { checkModel } from './check-model.ts';
export { byteLength, elementBits, elementCode, elementCount, elementTypeOf } from './elements.ts';
export { type InferredValue, inferShapes } from './infer-shapes.ts';
export type * from './model.ts';
export { describeNode, float, floats, int, ints, node, string, strings, tensor } from './node.ts';
export { readModel } from './read.ts';
export * from './rewrite/index.ts';
export { type Elements, floatsOf, int8sOf, int64sOf, numbersOf, tensorOf, uint8sOf } from './tensor.ts';
export { writeModel } from './write.ts';
