import { describe, expect, it } from '@jest/globals';
import type { Progress } from '@retort/shared';
import { chooseEngine, parseEngineName } from './choose.ts';

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
