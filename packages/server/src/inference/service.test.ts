import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { windowSettings, writeTinyModel } from '../../test/tiny-model.ts';
import type { Service } from './contract.ts';
import { Cancelled, QueueFull, ServiceClosing, TextTooLong, UnknownModel } from './errors.ts';
import { openService, type ServiceOptions } from './service.ts';

const folder = temporaryFolder();

async function withService<T>(
  use: (service: Service) => Promise<T>,
  options: Partial<ServiceOptions> = {},
): Promise<T> {
  writeTinyModel(folder(), { settings: windowSettings });
  const model = { id: 'tiny', folder: folder(), onnxFile: 'onnx/model_quantized.onnx' };
  const service = await openService({ variants: [{ model }, { model: { ...model, id: 'other' } }], ...options });
  try {
    return await use(service);
  } finally {
    await service.close();
  }
}

const read = (service: Service, texts: string[], options = {}) =>
  service.use(undefined, (variant) => variant.read(texts, options));

describe('openService', () => {
  it('reads the texts of a request in their order, each by windows whose mean logits count', async () => {
    const [long, short] = await withService((service) => read(service, ['the the the delve well well', 'well']));
    expect([...long.logits]).toEqual([1.875, 1.375]);
    expect(long.windows.map(({ logits, tokens }) => [[...logits], tokens])).toEqual([
      [[0.75, 0.75], 5],
      [[3, 2], 5],
    ]);
    expect(short).toMatchObject({ tokens: 3, truncated: false });
  });

  it('picks a variant by its id, or the first', async () => {
    const ids = await withService(async (service) => [
      await service.use('other', async ({ id }) => id),
      await service.use(undefined, async ({ id }) => id),
    ]);
    expect(ids).toEqual(['other', 'tiny']);
  });

  it('refuses an id that is not served', async () => {
    await expect(withService((service) => service.use('large', async () => 1))).rejects.toThrow(UnknownModel);
  });

  it('refuses a text that is too long where the caller wants that', async () => {
    const texts = ['well', 'the the the the'];
    await expect(withService((service) => read(service, texts, { policy: 'error' }))).rejects.toMatchObject({
      constructor: TextTooLong,
      index: 1,
      tokens: 6,
    });
  });

  it('refuses what does not fit into the queue', async () => {
    const texts = Array(4).fill('well');
    await expect(withService((service) => read(service, texts), { queueLimit: 3 })).rejects.toThrow(QueueFull);
  });

  it('reads nothing for a caller who has gone', async () => {
    await expect(withService((service) => read(service, ['well'], { signal: AbortSignal.abort() }))).rejects.toThrow(
      Cancelled,
    );
  });

  it('takes nothing once it is closing', async () => {
    const service = await withService(async (one) => one);
    await expect(service.use(undefined, async () => 1)).rejects.toThrow(ServiceClosing);
  });
});
