import type { Node } from '../model.ts';
import { constantOperators } from './constant.ts';
import { elementwiseOperators } from './elementwise.ts';
import { gatherOperators } from './gather.ts';
import { layoutOperators } from './layout.ts';
import { matmulOperators } from './matmul.ts';
import { microsoftOperators } from './microsoft.ts';
import type { Operator, Operators } from './operator.ts';
import { quantizationOperators } from './quantization.ts';
import { reduceOperators } from './reduce.ts';

const domains: ReadonlyMap<string, ReadonlyMap<string, Operator>> = new Map([
  [
    '',
    table(
      elementwiseOperators,
      matmulOperators,
      layoutOperators,
      gatherOperators,
      reduceOperators,
      constantOperators,
      quantizationOperators,
    ),
  ],
  ['com.microsoft', table(microsoftOperators)],
]);

function table(...groups: readonly Operators[]): ReadonlyMap<string, Operator> {
  return new Map(groups.flatMap((group) => Object.entries(group)));
}

/** What is known of a node's operator; undefined for one that this package does not know. */
export function operatorOf(node: Node): Operator | undefined {
  return domains.get(node.domain)?.get(node.op);
}
