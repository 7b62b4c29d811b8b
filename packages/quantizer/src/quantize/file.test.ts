import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readModel, writeModel } from '@retort/onnx';
import { bertLike } from '../testing/bert-like.ts';
import { quantizeFile } from './file.ts';

describe('quantizeFile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const quantize = (content: Uint8Array) => {
    writeFileSync(join(folder, 'model.onnx'), content);
    return quantizeFile(join(folder, 'model.onnx'), join(folder, 'int8.onnx'), 'dynamic-int8');
  };
  const refusal = { name: 'UserError', place: { file: expect.stringMatching(/model\.onnx$/) } };

  it('writes a model that can be read, and tells its size', async () => {
    const size = await quantize(writeModel(bertLike()));
    const bytes = readFileSync(join(folder, 'int8.onnx'));
    expect(bytes.length).toBe(size);
    expect(readModel(bytes).metadata['retort.recipe']).toBe('dynamic-int8');
  });

  it.each([
    ['text', Buffer.from('id,text,label\n1,hello,human\n')],
    ['half a model', writeModel(bertLike()).subarray(0, 20_000)],
    ['nothing', new Uint8Array()],
  ])('refuses %s, naming the file, and writes nothing', async (_, content) => {
    await expect(quantize(content)).rejects.toMatchObject(refusal);
    expect(readdirSync(folder)).toEqual(['model.onnx']);
  });

  it('names the file where there is nothing to quantize', async () => {
    const model = bertLike();
    const bare = { ...model, graph: { ...model.graph, nodes: [], outputs: [], initializers: new Map() } };
    await expect(quantize(writeModel(bare))).rejects.toMatchObject(refusal);
  });
});
