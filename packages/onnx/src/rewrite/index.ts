export { foldConstants } from './fold-constants.ts';
export { gemmToMatMul } from './gemm-to-matmul.ts';
export { mapNodes } from './map-nodes.ts';
export { removeUnused } from './remove-unused.ts';
export { topologicalOrder } from './topological-order.ts';
export { transposeTensor } from './transpose.ts';
