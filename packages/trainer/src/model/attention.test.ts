import { describe, expect, it } from '@jest/globals';
import { inferShapes } from '@retort/onnx';
import { onnxruntimeCpu } from '@retort/runtime';
import { collate } from '../data/batches.ts';
import { exportGraph } from '../engine/graphs.ts';
import { createEvaluator } from '../engine/onnxruntime.ts';
import { loadTensorFlow } from '../engine/tfjs/load.ts';
import { createTfjsEvaluator } from '../engine/tfjs/tfjs-engine.ts';
import { differentiableOps } from '../ops/trace-ops.ts';
import { GraphTrace } from '../ops/tracer.ts';
import { goldenModel, relativeError } from '../testing/golden.ts';
import type { ModelConfig } from './config.ts';
import { classify } from './encoder.ts';
import type { ModelOutput } from './outputs.ts';
import { layerNames } from './parameters.ts';

const batch = collate([Int32Array.of(2, 8, 57, 21, 59, 38, 3), Int32Array.of(2, 25, 50, 3)], [0, 1], 0);
const logits: ModelOutput = { kind: 'logits' };
/** With these the last layer has keys and values of all tokens. */
const withValues = ({ layers }: ModelConfig): ModelOutput[] => [logits, { kind: 'values', layer: layers - 1 }];

describe('attention of [CLS] alone', () => {
  describe.each(['bert-gradient', 'distilbert-gradient'])('of %s', (set) => {
    const { config, parameters } = goldenModel(set);
    const { tf } = loadTensorFlow(['@tensorflow/tfjs']);
    const evaluators = {
      onnxruntime: (wanted: ModelOutput[]) => createEvaluator(onnxruntimeCpu, config, parameters, wanted),
      'TensorFlow.js': async (wanted: ModelOutput[]) => createTfjsEvaluator(tf, config, parameters, wanted),
    };

    it.each(['onnxruntime', 'TensorFlow.js'] as const)('gives what keys and values give, by %s', async (engine) => {
      const logitsWith = async (wanted: ModelOutput[]) => {
        const evaluator = await evaluators[engine](wanted);
        const outputs = await evaluator.outputs(batch);
        await evaluator.close();
        return outputs.get('logits') ?? [];
      };
      expect(relativeError(await logitsWith([logits]), await logitsWith(withValues(config)))).toBeLessThan(1e-5);
    });

    describe.each(['key', 'value'] as const)("the %s's weight in an exported model", (part) => {
      const model = exportGraph(config, parameters);
      const shapes = inferShapes(model);
      const { initializers, nodes } = model.graph;
      /** What is multiplied with a layer's weight, as it is or transposed. */
      const factorOf = (name: string) => {
        const weight = [...initializers.keys()].find((each) => each.startsWith(name)) ?? '';
        return shapes.get(nodes.find(({ inputs }) => inputs[1] === weight)?.inputs[0] ?? '')?.shape;
      };
      const names = layerNames[config.architecture];

      it('is multiplied with a row a head in the last layer', () => {
        expect(factorOf(`${names(config.layers - 1)[part]}.weight`)).toEqual(['batch', config.heads, config.hidden]);
      });

      it('is multiplied with a row a token below', () => {
        expect(factorOf(`${names(config.layers - 2)[part]}.weight`)).toEqual(['batch', 'length', config.hidden]);
      });
    });
  });

  it('is not to be had with dropout', () => {
    const trace = new GraphTrace();
    const x = trace.input('x', 'float32', ['batch', 'length']);
    const parameter = () => x;
    const { config } = goldenModel('bert-gradient');
    const forward = () => classify(differentiableOps(trace), config, parameter, { words: x, attentionMask: x }, 0.1);
    expect(forward).toThrow('[CLS] alone cannot attend with dropout: ask for the values');
  });
});
