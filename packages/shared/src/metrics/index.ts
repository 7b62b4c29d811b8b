export { type Evaluation, evaluate } from './evaluate.ts';
export { mcnemar, wilson } from './significance.ts';
export { softmax } from './softmax.ts';
