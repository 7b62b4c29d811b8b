import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileModel, type DeviceName, type PoolModel, SessionPool, type Task } from '@retort/runtime';
import type { Resources } from '../results.ts';
import { feeds } from '../score.ts';
import type { ResourceQuestion } from './protocol.ts';

/** Inputs of each worker that are not counted. */
const warmUp = 3;
/** Inputs that are counted at least, however slow the model is. */
const fewest = 2;

/** Texts a second of the server's pool: so many processes with a one-thread session each, one input a run, all of them busy. */
export async function measureThroughput(
  { file, device, exactProducts, texts, budgetMs }: ResourceQuestion,
  workers: number,
): Promise<Resources['throughput']> {
  const folder = await mkdtemp(join(tmpdir(), 'retort-report-'));
  try {
    const compiled = await compileModel(file, join(folder, 'model.onnx'), async () => undefined, {
      device,
      exactProducts,
      unpadded: true,
      longest: texts.flat().reduce((most, { length }) => Math.max(most, length), 0),
      probe: ({ inputNames }) => texts[0].map((ids) => feeds({ inputNames }, ids)),
    });
    const inputs = texts.flat();
    const perSecond = await inputsPerSecond(compiled, inputs, { workers, device }, budgetMs);
    return { workers, textsPerSecond: (perSecond * texts.length) / inputs.length };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inputsPerSecond(
  model: PoolModel,
  inputs: readonly Int32Array[],
  { workers, device }: { readonly workers: number; readonly device?: DeviceName },
  budgetMs: number,
): Promise<number> {
  // The pool asks as soon as it has workers; before the model is open there is nothing to do.
  let makeTask: (() => Task) | undefined;
  const waiting = () => (makeTask === undefined ? 0 : Number.POSITIVE_INFINITY); // There is always another.
  const source = { next: () => makeTask?.(), waiting, requests: waiting };
  const pool = new SessionPool(source, { workers, device });
  try {
    const { inputNames } = await pool.open('model', model);
    const all = inputs.map((ids) => feeds({ inputNames }, ids));
    return await new Promise((resolve, reject) => {
      let [asked, done, start] = [0, -warmUp * workers, 0];
      const finished = () => {
        done++;
        const now = performance.now();
        if (done === 0) start = now;
        if (done >= fewest * workers && now - start >= budgetMs) resolve((1000 * done) / (now - start));
      };
      makeTask = () => ({
        model: 'model',
        inputs: all[asked++ % all.length],
        outputs: ['logits'],
        resolve: finished,
        reject,
      });
      pool.wake();
    });
  } finally {
    makeTask = undefined;
    pool.end();
  }
}
