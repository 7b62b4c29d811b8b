import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { node, writeModel } from '@retort/onnx';
import { writeUnpadded } from './unpadded-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retort-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const plain = () => {
  const value = (name: string) => ({ name, type: 'float32' as const, shape: ['n'] });
  const graph = { name: 'test', inputs: [value('x')], outputs: [value('y')], initializers: new Map(), values: [] };
  const model = { irVersion: 8, producer: 'test', opsets: { '': 17 }, metadata: {} };
  return writeModel({ ...model, graph: { ...graph, nodes: [node('Relu', ['x'], ['y'])] } });
};

it.each([
  ['a model whose attention reads no mask', plain],
  ['a file that we cannot read', () => 'no model'],
])('writes nothing of %s', async (_, content) => {
  const [file, into] = [join(folder, 'model.onnx'), join(folder, 'unpadded.onnx')];
  writeFileSync(file, content());
  expect(await writeUnpadded(file, into)).toBe(false);
  expect(existsSync(into)).toBe(false);
});
