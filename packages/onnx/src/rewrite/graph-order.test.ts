import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkModel } from '../check-model.ts';
import { node } from '../node.ts';
import { tensorOf } from '../tensor.ts';
import { modelOf, names, relu, weightNames } from '../testing/small-model.ts';
import { removeUnused } from './remove-unused.ts';
import { topologicalOrder } from './topological-order.ts';

const w = tensorOf('float32', [2, 3], [1, 2, 3, 4, 5, 6]);

describe('removeUnused', () => {
  it('drops nodes and initializers that no output needs', () => {
    const model = modelOf([relu('x', 'a'), relu('w', 'dead'), relu('dead', 'end'), relu('a', 'y')], { w });
    expect(names(removeUnused(model))).toEqual(['a', 'y']);
    expect(weightNames(removeUnused(model))).toEqual([]);
  });

  it('keeps a node for any one of its outputs', () => {
    const model = modelOf([node('LayerNormalization', ['x', 'w'], ['a', 'y', 'c'])], { w });
    expect(names(removeUnused(model))).toEqual(['a']);
  });

  it('drops a node without a needed output, though others leave an input out', () => {
    const unused = node('Dropout', ['x'], ['dead', '']);
    const model = modelOf([unused, node('Clip', ['x', '', 'w'], ['y'])], { w });
    expect(names(removeUnused(model))).toEqual(['y']);
  });

  it('drops what the file told of values that are gone', () => {
    const values = ['dead', 'a'].map((name) => ({ name, type: 'float32' }) as const);
    const model = modelOf([relu('x', 'a'), relu('x', 'dead'), relu('a', 'y')], {}, { values });
    expect(removeUnused(model).graph.values.map((value) => value.name)).toEqual(['a']);
  });
});

describe('topologicalOrder', () => {
  it('puts nodes behind those that they read', () => {
    const model = modelOf([relu('c', 'y'), relu('b', 'c'), relu('x', 'b')]);
    expect(names(topologicalOrder(model))).toEqual(['b', 'c', 'y']);
  });

  it('keeps the given order among nodes that wait for nothing', () => {
    const model = modelOf([node('Max', ['b', 'a'], ['y']), relu('x', 'a'), relu('x', 'b')]);
    expect(names(topologicalOrder(model))).toEqual(['a', 'b', 'y']);
  });

  it('leaves a graph in order as it is', () => {
    const model = modelOf([relu('x', 'b'), relu('x', 'a'), relu('b', 'y'), relu('a', 'z')]);
    expect(names(topologicalOrder(model))).toEqual(['b', 'a', 'y', 'z']);
  });

  it('sorts chains longer than the call stack is deep', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => relu(i === 0 ? 'x' : `n${i - 1}`, `n${i}`));
    expect(names(topologicalOrder(modelOf(chain.toReversed())))).toEqual(names(modelOf(chain)));
  });

  it('makes any shuffled graph pass checkModel', () => {
    const graph = fc
      .array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 })
      .chain((reads) => {
        const nodes = reads.map((from, i) =>
          node(
            'Max',
            from.map((j) => (i === 0 ? 'x' : `n${j % i}`)),
            [i === reads.length - 1 ? 'y' : `n${i}`],
          ),
        );
        return fc.shuffledSubarray(nodes, { minLength: nodes.length });
      });
    fc.assert(
      fc.property(graph, (nodes) => {
        expect(() => checkModel(topologicalOrder(modelOf(nodes)))).not.toThrow();
      }),
      { seed: 1 },
    );
  });

  it('refuses a circle, naming its nodes', () => {
    const model = modelOf([relu('b', 'a'), relu('a', 'b'), relu('a', 'y')]);
    expect(() => topologicalOrder(model)).toThrow(/that makes "b" waits for .*that makes "a"/);
  });
});
