import { UserError } from '@retort/shared';
import type { Model, Node } from '../model.ts';
import { describeNode } from '../node.ts';
import { withGraph } from './graph.ts';

/**
 * Puts each node behind those that it reads, changing the given order no more than that needs: a graph in order stays as it is.
 * Throws a UserError if nodes wait for each other in a circle.
 */
export function topologicalOrder(model: Model): Model {
  const { nodes } = model.graph;
  const makers = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.outputs) if (output !== '') makers.set(output, index);
  });
  const ordered: Node[] = [];
  const states: ('open' | 'done' | undefined)[] = [];

  for (let start = 0; start < nodes.length; start++) {
    // Depth first, with a stack of our own: a chain of nodes can be longer than the call stack is deep.
    const stack = [start];
    while (stack.length > 0) {
      const index = stack[stack.length - 1];
      if (states[index] === 'done') {
        stack.pop();
        continue;
      }
      const waiting = nodes[index].inputs
        .map((input) => makers.get(input))
        .filter((maker) => maker !== undefined)
        .filter((maker) => states[maker] !== 'done');
      if (waiting.length === 0) {
        states[index] = 'done';
        ordered.push(nodes[index]);
        stack.pop();
        continue;
      }
      states[index] = 'open';
      const circle = waiting.find((maker) => states[maker] === 'open');
      if (circle !== undefined) {
        throw new UserError(
          `${describeNode(nodes[index])} waits for ${describeNode(nodes[circle])}, which waits for it`,
          {
            remedy: 'remove the circle from the graph',
          },
        );
      }
      // The first in the given order comes off the stack first.
      stack.push(...waiting.sort((a, b) => b - a));
    }
  }
  return withGraph(model, { nodes: ordered });
}
