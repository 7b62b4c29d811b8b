import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { graphCache } from './graph-cache.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'retort-')), 'cache');
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true });
});

const model = Buffer.from('a model');
const open = (settings = 'fp32', given: string | Uint8Array = model, bytes = 1000) =>
  graphCache(given, settings, { env: { OPENVINO_CACHE_DIR: folder }, bytes });

/** A compiler that finds what is in its folder, and adds its own. */
const compiler =
  (name = '1.blob', content = 'compiled') =>
  async (own: string | undefined) => {
    const found = own === undefined ? undefined : readdirSync(own);
    if (own !== undefined && found?.includes(name) === false) writeFileSync(join(own, name), content);
    return found;
  };
/** What lies in the cache, by OpenVINO's names. */
const kept = () => readdirSync(folder).map((name) => name.replace(/^[0-9a-f]{64}-[0-9a-f]{64}-/, ''));

describe('graphCache', () => {
  it('gives what was compiled before of the same', async () => {
    await (await open()).around('any', compiler());
    expect(await (await open()).around('any', compiler())).toEqual(['1.blob']);
  });

  it.each([
    ['other shapes', 'fp32', model, '2x8'],
    ['another precision', 'bf16', model, 'any'],
    ['another model', 'fp32', Buffer.from('another'), 'any'],
  ] as const)('gives nothing to %s', async (_, settings, given, variant) => {
    await (await open()).around('any', compiler());
    expect(await (await open(settings, given)).around(variant, compiler())).toEqual([]);
  });

  it('takes a file for what is in it', async () => {
    await (await open()).around('any', compiler());
    const path = join(folder, 'model.onnx');
    writeFileSync(path, model);
    expect(await (await open('fp32', path)).around('any', compiler())).toEqual(['1.blob']);
  });

  it('deletes what is damaged, and does not give it', async () => {
    await (await open()).around('any', compiler());
    const [name] = readdirSync(folder);
    chmodSync(join(folder, name), 0o600);
    writeFileSync(join(folder, name), 'compiles');
    const cache = await open();
    expect(await cache.around('any', async (own) => readdirSync(own ?? ''))).toEqual([]);
    expect(kept()).toEqual([]);
  });

  it('compiles without what was kept where it fails with it, and forgets that', async () => {
    await (await open()).around('any', compiler());
    const asked: boolean[] = [];
    const cache = await open();
    const compiled = await cache.around('any', async (own) => {
      asked.push(own !== undefined);
      if (own !== undefined) throw new Error('cannot be read');
      return 'compiled';
    });
    expect([compiled, asked, kept()]).toEqual(['compiled', [true, false], []]);
  });

  it('leaves a failure that is not its own as it is', async () => {
    let asked = 0;
    const failed = (await open()).around('any', async () => {
      asked++;
      throw new Error('no such operator');
    });
    await expect(failed).rejects.toThrow('no such operator');
    expect([asked, kept()]).toEqual([1, []]);
  });

  it('keeps whole files alone where several compile at once', async () => {
    const caches = await Promise.all(Array.from({ length: 8 }, () => open()));
    const found = await Promise.all(caches.map((cache) => cache.around('any', compiler())));
    expect([found.flat().every((name) => name === '1.blob'), kept()]).toEqual([true, ['1.blob']]);
  });

  it('deletes what was not used for longest, beyond the limit', async () => {
    for (const [place, name] of ['1.blob', '2.blob', '3.blob'].entries()) {
      await (await open('fp32', model, 16)).around(name, compiler(name));
      const file = readdirSync(folder).find((file) => file.endsWith(name)) ?? '';
      if (file !== '') utimesSync(join(folder, file), 1000 + place, 1000 + place);
    }
    expect(kept()).toEqual(expect.arrayContaining(['2.blob', '3.blob']));
    expect(kept()).toHaveLength(2);
  });

  it('counts what it gives as used', async () => {
    for (const name of ['1.blob', '2.blob']) await (await open()).around(name, compiler(name));
    for (const file of readdirSync(folder)) {
      const time = file.endsWith('2.blob') ? 2000 : 1000;
      utimesSync(join(folder, file), time, time);
    }
    await (await open()).around('1.blob', compiler('1.blob'));
    await (await open('fp32', model, 16)).around('3.blob', compiler('3.blob'));
    expect(kept().sort()).toEqual(['1.blob', '3.blob']);
  });

  it('deletes folders that processes have left behind, and no others', async () => {
    for (const [name, time] of [
      ['.compiling-old', 1000],
      ['.compiling-new', Date.now() / 1000],
      ['mine', 1000],
    ] as const) {
      mkdirSync(join(folder, name), { recursive: true });
      utimesSync(join(folder, name), time, time);
    }
    chmodSync(folder, 0o700);
    await (await open()).around('any', compiler());
    expect(kept().sort()).toEqual(['.compiling-new', '1.blob', 'mine']);
  });

  it('does not mind links that lead nowhere, and folders of such names', async () => {
    mkdirSync(join(folder, '7.blob'), { recursive: true });
    symlinkSync('/nowhere', join(folder, '8.blob'));
    await (await open()).around('any', compiler());
    expect(kept().sort()).toEqual(['1.blob', '7.blob', '8.blob']);
  });

  const onUnix = process.platform === 'win32' ? it.skip : it;
  onUnix.each([0o777, 0o770])('does not use a folder that others may write in: %#', async (mode) => {
    mkdirSync(folder);
    chmodSync(folder, mode);
    expect(await (await open()).around('any', compiler())).toBeUndefined();
  });

  it('is nowhere where OPENVINO_CACHE_DIR is empty', async () => {
    const cache = await graphCache(model, 'fp32', { env: { OPENVINO_CACHE_DIR: '' } });
    expect(await cache.around('any', compiler())).toBeUndefined();
  });

  it('keeps nothing of a model whose weights would take as long to read as to compile', async () => {
    const large = await open('fp32', Buffer.alloc(2 ** 27 + 1));
    expect(await large.around('any', compiler())).toBeUndefined();
  });

  it("is in the user's folder of caches otherwise", async () => {
    const cache = await graphCache(model, 'fp32', { env: { XDG_CACHE_HOME: folder } });
    const own = await cache.around('any', async (own) => own);
    expect([own?.startsWith(join(folder, 'retort', 'openvino')), basename(own ?? '')]).toEqual([
      true,
      expect.stringMatching(/^\.compiling-/),
    ]);
  });
});
