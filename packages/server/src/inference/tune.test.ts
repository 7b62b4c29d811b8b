import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { ownWorkers } from '../../test/test-app.ts';
import { writeTinyModel } from '../../test/tiny-model.ts';
import type { Company } from './queued-model.ts';
import { openService } from './service.ts';

const folder = temporaryFolder();
const tuned = () => join(folder(), 'serving.json');

/** Opens a model that bears company, which is measured; reads 16 texts of one length at a time. Gives its sha256, and how many shared each run. */
async function serve(kept = tuned()): Promise<{ sha256: string; sizes: number[] }> {
  writeTinyModel(join(folder(), 'tiny'), { settings: { longTexts: 'head', maxTokens: 8, batch: 'any' } });
  const model = { id: 'tiny', folder: join(folder(), 'tiny'), onnxFile: 'onnx/model_quantized.onnx' };
  const service = await openService({ ...ownWorkers(folder()), variants: [{ model }], tune: true, tuned: kept });
  const sizes: number[] = [];
  service.observe({ batch: ({ size }) => sizes.push(size) });
  const read = () => service.use('tiny', (variant) => variant.read(['we delve']));
  await Promise.all(Array.from({ length: 16 }, read));
  const [{ sha256 }] = service.variants();
  await service.close();
  return { sha256, sizes };
}

const keep = (sha256: string, company: Company) => writeFileSync(tuned(), JSON.stringify({ [sha256]: company }));

describe('what --tune has measured', () => {
  it('is kept by the sha256 of the weights', async () => {
    const { sha256 } = await serve();
    const company = { longest: expect.any(Number), tokens: expect.any(Number) };
    expect(JSON.parse(readFileSync(tuned(), 'utf8'))).toEqual({ [sha256]: company });
  });

  it('is not measured again at the next start', async () => {
    const { sha256 } = await serve();
    keep(sha256, { longest: 4, tokens: 8 }); // Two inputs of [CLS] we delve [SEP].
    const { sizes } = await serve();
    expect(Math.max(...sizes)).toBe(2);
    expect(JSON.parse(readFileSync(tuned(), 'utf8'))).toEqual({ [sha256]: { longest: 4, tokens: 8 } });
  });

  it('keeps inputs alone where company did not pay', async () => {
    const { sha256 } = await serve();
    keep(sha256, { longest: 0, tokens: 0 });
    expect(new Set((await serve()).sizes)).toEqual(new Set([1]));
  });

  it('is obeyed also where it cannot be kept', async () => {
    const file = join(folder(), 'no-folder');
    writeFileSync(file, '');
    expect((await serve(join(file, 'serving.json'))).sizes.length).toBeGreaterThan(0);
  });

  it('is measured anew where its file is broken', async () => {
    writeFileSync(tuned(), '{"broken');
    const { sha256 } = await serve();
    expect(Object.keys(JSON.parse(readFileSync(tuned(), 'utf8')))).toEqual([sha256]);
  });
});
