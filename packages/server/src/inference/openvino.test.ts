import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findOpenVino } from '@retort/runtime';
import { nodeArguments } from '../../test/source-workers.ts';
import { windowSettings, writeTinyModel } from '../../test/tiny-model.ts';
import type { Service } from './contract.ts';
import { openService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
const before = process.env.OPENVINO_CACHE_DIR;
beforeAll(() => {
  process.env.OPENVINO_CACHE_DIR = join(folder, 'cache');
  writeTinyModel(join(folder, 'tiny'), { settings: windowSettings });
});
afterAll(() => {
  process.env.OPENVINO_CACHE_DIR = before ?? '';
  rmSync(folder, { recursive: true });
});

const texts = ['the the the delve well well', 'well', 'delve the well'];

async function withService<T>(device: ServiceOptions['device'], use: (service: Service) => Promise<T>): Promise<T> {
  const model = { id: 'tiny', folder: join(folder, 'tiny'), onnxFile: 'onnx/model_quantized.onnx' };
  const options = { workers: 1, watchMs: 0, scratch: join(folder, 'scratch'), nodeArguments, device };
  const service = await openService({ variants: [{ model }], ...options });
  try {
    return await use(service);
  } finally {
    await service.close();
  }
}

const read = (service: Service) => service.use('tiny', (variant) => variant.read(texts));

(findOpenVino() === undefined ? describe.skip : describe)('a service on OpenVINO', () => {
  it('gives the logits that onnxruntime gives', async () => {
    const logits = async (service: Service) => (await read(service)).map((reading) => [...reading.logits]);
    const [theirs, ours] = [await withService('cpu', logits), await withService('openvino', logits)];
    for (const [i, row] of ours.entries()) {
      for (const [j, logit] of row.entries()) expect(logit).toBeCloseTo(theirs[i][j], 5);
    }
  });

  it('has no express worker, which would have weights of its own', () =>
    withService('openvino', async (service) => expect(service.stats().pids).toHaveLength(1)));

  it('answers what a killed worker had under way', () =>
    withService('openvino', async (service) => {
      const readings = read(service);
      for (const pid of service.stats().pids) process.kill(pid, 'SIGKILL');
      expect(await readings).toHaveLength(texts.length);
    }));
});
