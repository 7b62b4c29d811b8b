export { foldConstants } from './fold-constants.ts';
export { gemmToMatMul } from './gemm-to-matmul.ts';
export { constantsOf, freshNames } from './graph.ts';
export { removeUnused } from './remove-unused.ts';
export { topologicalOrder } from './topological-order.ts';
export { transposeTensor } from './transpose.ts';
export { unpadded } from './unpadded.ts';
