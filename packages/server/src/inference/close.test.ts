import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTokenizer, tokenizerFiles } from '@retort/shared';
import { deadlyArguments, deadlyWord } from '../../test/deadly-word.ts';
import { gate } from '../../test/gate.ts';
import { holdUp } from '../../test/hold-up.ts';
import { nodeArguments } from '../../test/source-workers.ts';
import { maxTokens, windowSettings, writeTinyModel } from '../../test/tiny-model.ts';
import type { Service } from './contract.ts';
import { openService } from './service.ts';
import type { ServiceOptions } from './service-options.ts';

const folder = mkdtempSync(join(tmpdir(), 'retort-'));
const tiny = join(folder, 'tiny');
const scratch = join(folder, 'scratch');
beforeEach(() => writeTinyModel(tiny, { settings: windowSettings }));
afterAll(() => rmSync(folder, { recursive: true }));

function open(options: Partial<ServiceOptions> = {}): Promise<Service> {
  const model = { id: 'tiny', folder: tiny, onnxFile: 'onnx/model_quantized.onnx' };
  return openService({ variants: [{ model }], workers: 1, watchMs: 0, scratch, nodeArguments, ...options });
}

/** Changes the model's folder, and looks at it once: the next look swaps it in. */
async function change(service: Service): Promise<void> {
  writeTinyModel(tiny, { settings: { ...windowSettings, longTexts: 'head' } });
  await service.refresh();
}

const compiled = () => readdirSync(scratch).flatMap((name) => readdirSync(join(scratch, name)));

describe('a service that closes during a hot swap', () => {
  it.each([
    ['before it compiles', async () => undefined],
    [
      'while it compiles',
      async () => {
        while (compiled().length < 2) await setImmediate();
      },
    ],
  ])('leaves nothing behind: %s', async (_, moment) => {
    const service = await open();
    await change(service);
    const swapping = service.refresh();
    await moment();
    await service.close(0);
    expect(readdirSync(scratch)).toEqual([]);
    await swapping;
  });

  it.each(['never', 'late'])('does not wait for a folder that is found %s', async (when) => {
    const asked = gate();
    const found = gate();
    const model = { id: 'tiny', folder: tiny, onnxFile: 'onnx/model_quantized.onnx' };
    const locate = async () => {
      asked.open();
      await found.passed;
      return model;
    };
    const service = await open({ variants: [{ model, locate }] });
    await change(service);
    const swapping = service.refresh();
    await asked.passed;
    await service.close(0);
    if (when === 'late') found.open();
    await swapping;
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('says of no model that it was refused', async () => {
    const service = await open();
    const refused: unknown[] = [];
    service.observe({ swapRefused: (event) => refused.push(event) });
    await change(service);
    const swapping = service.refresh();
    await service.close(0);
    await swapping;
    expect(refused).toEqual([]);
  });

  it('looks at no folder any more', async () => {
    const service = await open();
    await service.close(0);
    await change(service);
    await service.refresh();
    expect([readdirSync(scratch), service.variants()[0].longTexts]).toEqual([[], 'windows']);
  });
});

describe('a service that is given up while it loads', () => {
  it.each([
    ['before it begins', async () => undefined],
    [
      'while it compiles',
      async () => {
        while (compiled().length < 1) await setImmediate();
      },
    ],
  ])('leaves nothing behind, and no process: %s', async (_, moment) => {
    const gone = new AbortController();
    const reason = new Error('given up');
    const opening = open({ signal: gone.signal });
    await moment();
    gone.abort(reason);
    await expect(opening).rejects.toBe(reason);
    expect(readdirSync(scratch)).toEqual([]);
    while (process.getActiveResourcesInfo().includes('ProcessWrap')) await setImmediate();
  });

  it('waits for no file of its model', async () => {
    const gone = new AbortController();
    const reason = new Error('given up');
    const model = holdUp(join(tiny, 'onnx/model_quantized.onnx'));
    const opening = open({ signal: gone.signal });
    await model.read();
    gone.abort(reason);
    await expect(opening).rejects.toBe(reason);
    model.end();
  });
});

describe('a retired model', () => {
  it('whose compiled file cannot be removed troubles nobody', async () => {
    const service = await open();
    const [own] = readdirSync(scratch);
    const away = join(folder, 'away');
    await service.use('tiny', async () => {
      await change(service);
      await service.refresh();
      renameSync(join(scratch, own), away);
      writeFileSync(join(scratch, own), 'no folder');
    });
    await service.close();
    expect([existsSync(away), readdirSync(scratch)]).toEqual([true, []]);
  });
});

describe('a long text', () => {
  it('is tokenized as the model that is served has it, though the thread died and the folder is another’s by now', async () => {
    const service = await open({ nodeArguments: deadlyArguments });
    const read = (text: string) => service.use('tiny', (variant) => variant.read([text], { policy: 'head' }));
    const long = 'well '.repeat(1000);
    const [before] = await read(long);
    const other = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'the', 'delve', 'well']);
    for (const [name, content] of Object.entries(tokenizerFiles(other, maxTokens, 'distilbert')))
      writeFileSync(join(tiny, name), content);
    await expect(read(`${deadlyWord} ${long}`)).rejects.toThrow('the tokenizer has died');
    const [after] = await read(long);
    await service.close();
    expect([...after.logits]).toEqual([...before.logits]);
  });
});
