import { describe, expect, it } from '@jest/globals';
import { type Model, readModel } from '@retort/onnx';
import { type Executor, onnxruntimeCpu } from '@retort/runtime';
import type { Progress } from '@retort/shared';
import { collate } from '../data/batches.ts';
import { randomParameters } from '../model/parameters.ts';
import { tinyConfig, tinyTexts } from '../testing/tiny-training.ts';
import { chooseEngine, onExecutor, parseEngineName } from './choose.ts';

function choose(name: 'onnxruntime' | 'tfjs') {
  const lines: string[] = [];
  const progress: Progress = { update: () => undefined, line: (text) => lines.push(text), done: () => undefined };
  return { chosen: chooseEngine(name, progress, ['@tensorflow/tfjs']), lines };
}

describe('parseEngineName', () => {
  it.each([undefined, ''])('takes onnxruntime where nothing is said (%p)', (text) => {
    expect(parseEngineName(text)).toBe('onnxruntime');
  });

  it('takes the names of both engines', () => {
    expect(['onnxruntime', 'tfjs'].map(parseEngineName)).toEqual(['onnxruntime', 'tfjs']);
  });

  it('refuses another name, with the nearest right one', () => {
    expect(() => parseEngineName('tfsj')).toThrow(
      expect.objectContaining({ message: 'there is no engine "tfsj"', remedy: 'did you mean "tfjs"?' }),
    );
  });
});

describe('chooseEngine', () => {
  it('says of onnxruntime what the manifest records', () => {
    const { chosen, lines } = choose('onnxruntime');
    expect(chosen).toMatchObject({
      name: 'onnxruntime',
      backend: 'cpu',
      versions: { onnxruntime: expect.stringMatching(/^\d/) },
    });
    expect(lines).toEqual([]);
  });

  it('says of TensorFlow.js what the manifest records', () => {
    const { chosen } = choose('tfjs');
    expect(chosen).toMatchObject({ name: 'tfjs', backend: 'tfjs on javascript', versions: { tfjs: '4.22.0' } });
    expect(chosen.description).toBe('TensorFlow.js 4.22.0 (tfjs on javascript)');
  });

  it('warns of plain JavaScript', () => {
    expect(choose('tfjs').lines).toEqual([expect.stringMatching(/^warning: .* plain JavaScript .* tiny models alone/)]);
  });
});

describe('an engine on OpenVINO in bf16', () => {
  /** Says that it is OpenVINO, and notes the graphs that it is given. Losses come out as so many times what they are. */
  function pretended(wrong = 1) {
    const graphs: Model[] = [];
    const executor: Executor = {
      ...{ name: 'openvino', device: 'cpu', version: '2026.4.1', precision: 'bf16' },
      open: async (model, options) => {
        graphs.push(readModel(model as Uint8Array, 'model'));
        const session = await onnxruntimeCpu.open(model, options);
        return {
          ...session,
          run: async (inputs, options) => {
            const results = await session.run(inputs, options);
            if (results.loss?.data instanceof Float32Array) results.loss.data[0] *= wrong;
            return results;
          },
        };
      },
    };
    return { graphs, executor };
  }
  const quiet: Progress = { update: () => undefined, line: () => undefined, done: () => undefined };
  const { texts } = tinyTexts(4, 1);
  const batch = collate(texts, [...texts.keys()], 0);
  const targets = { labels: Float32Array.of(1, 0, 0, 1, 1, 0, 0, 1), teacher: new Map() };

  async function stepOf(executor: Executor) {
    const chosen = onExecutor(executor, 'openvino', quiet);
    const engine = await chosen.createEngine({
      ...{ config: tinyConfig, parameters: randomParameters(tinyConfig, 3), seed: 3, dropout: 0 },
      ...{ losses: { hard: 1, soft: 0, temperature: 1 }, batchSize: 4, maxTokens: 16, threads: 1 },
    });
    engine.startEpoch(1);
    await engine.gradients(batch, targets, 0);
    await engine.close();
    return chosen;
  }

  it('is given the operators that suit it', async () => {
    const { executor, graphs } = pretended();
    await stepOf(executor);
    expect(graphs.flatMap(({ graph }) => graph.nodes).filter(({ op }) => op === 'HardSigmoid')).toEqual([]);
  });

  it('is compared with another runtime, not with itself', async () => {
    const { executor, graphs } = pretended();
    await stepOf(executor);
    expect(graphs.map(({ graph }) => graph.name).sort()).toEqual(['evaluation', 'training']);
  });

  it('tells afterwards whether the other runtime has taken over, and why', async () => {
    expect((await stepOf(pretended().executor)).fallback?.()).toBeUndefined();
    expect((await stepOf(pretended(2).executor)).fallback?.()).toMatch(
      /^bf16 is not used: the loss of a first step is .*; training goes on by onnxruntime in fp32$/,
    );
  });

  it('is known to be watched', () => {
    expect(onExecutor(pretended().executor, 'openvino', quiet).isWatched).toBe(true);
  });
});
