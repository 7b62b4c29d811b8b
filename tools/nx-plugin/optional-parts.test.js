import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { optionalParts, optionalPartsVariable, runsTests } from './optional-parts.js';

describe('runsTests', () => {
  it.each([
    'run trainer:test',
    'test trainer',
    'run-many -t lint test',
    'affected --targets=build,test',
    'run-many --target=test',
  ])('sees them in `nx %s`', (command) => {
    expect(runsTests(command.split(' '))).toBe(true);
  });

  it.each(['run sample:report', 'run-many -t build', 'run trainer:e2e'])('sees none in `nx %s`', (command) => {
    expect(runsTests(command.split(' '))).toBe(false);
  });
});

describe('optionalParts', () => {
  let workspace;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'optional-parts-'));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const env = (more = {}) => ({ OPENVINO_LIB_DIR: workspace, ...more });
  const write = (path, content = '') => {
    mkdirSync(join(workspace, path, '..'), { recursive: true });
    writeFileSync(join(workspace, path), content);
  };
  /** Whether what a change brings is noticed. */
  const notices = async (change, more = {}) => {
    const before = await optionalParts(workspace, env(more), 'linux');
    change();
    return before !== (await optionalParts(workspace, env(more), 'linux'));
  };

  it('are the same when nothing has changed', async () => {
    expect(await notices(() => undefined)).toBe(false);
  });

  it("notice OpenVINO's library, and another one", async () => {
    expect(await notices(() => write('libopenvino_c.so', '1'))).toBe(true);
    expect(await notices(() => write('libopenvino_c.so', 'two'))).toBe(true);
  });

  it('notice the loader of Vulkan, and a driver', async () => {
    expect(await notices(() => write('libvulkan.so.1'), { LD_LIBRARY_PATH: workspace })).toBe(true);
    expect(await notices(() => write('icd.json'), { VK_ICD_FILENAMES: join(workspace, 'icd.json') })).toBe(true);
  });

  it('notice the model', async () => {
    expect(await notices(() => write('models/sentence-transformers/all-MiniLM-L6-v2/model.safetensors'))).toBe(true);
  });
});

describe("the targets 'test'", () => {
  it('count them', () => {
    const nx = JSON.parse(readFileSync(new URL('../../nx.json', import.meta.url), 'utf8'));
    expect(nx.targetDefaults.test.inputs).toContainEqual({ env: optionalPartsVariable });
  });
});
