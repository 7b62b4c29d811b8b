// One way to classify texts, in a process of its own: `{seconds, texts}` comes in, `{texts, tokens, latencies}` goes out.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { bertVocabulary, createTokenizer } from '@retort/shared';

/** Calls `work(i)` for texts i, i + 1, ... by `clients` at a time until the time is up. */
async function loop(seconds, clients, work) {
  const started = performance.now();
  const end = started + seconds * 1000;
  let next = 0;
  let done = 0;
  const latencies = [];
  const client = async () => {
    while (performance.now() < end) {
      const before = performance.now();
      const count = await work(next++);
      done += count; // Not in one: `done += await` would forget what others have counted meanwhile.
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { done, latencies, seconds: (performance.now() - started) / 1000 };
}

const contestants = {
  /**
   * As many threads as cores, a session of one thread each, one tokenized text a run; nothing else. The file that the server takes on this machine, as it opens it,
   * unless `file` names another, whose sums are exact unless its folder's `retort.json` says that they need not be. `compiled`: in the form that the server's workers open.
   */
  async bare({ model, workers, texts, file, compiled = false }) {
    const { locateModel } = await import('@retort/server');
    const { isSafeFromSaturation, readModelSettings } = await import('@retort/shared');
    const onnxFile = file ?? (await locateModel({ workspace: '/', experiment: '', model })).onnxFile;
    const exactProducts = !isSafeFromSaturation(readModelSettings(model, 512), onnxFile);
    const tokenizer = createTokenizer(bertVocabulary());
    const ids = texts.map((text) => tokenizer.encode(text, 512).ids);
    const path = join(model, onnxFile);
    const { remove, ...opened } = compiled ? await compile(path, exactProducts, ids[0]) : { file: path };
    const threads = await Promise.all(
      Array.from({ length: workers }, async (_, first) => {
        const data = { ...opened, exactProducts, ids, first, workers };
        const thread = new Worker(new URL(import.meta.url), { workerData: data });
        await once(thread, 'message');
        return thread;
      }),
    );
    const run = async (seconds) => {
      const results = await Promise.all(
        threads.map(async (thread) => {
          thread.postMessage(seconds);
          const [result] = await once(thread, 'message');
          return result;
        }),
      );
      return {
        done: results.reduce((sum, { done }) => sum + done, 0),
        latencies: results.flatMap(({ latencies }) => latencies),
        seconds: Math.max(...results.map((result) => result.seconds)),
      };
    };
    return Object.assign(run, { stop: remove });
  },

  /** The service, without HTTP. */
  async service({ model, workers, texts, clients, kind, file, device }) {
    const { locateModel, openService } = await import('@retort/server');
    const located = await locateModel({ workspace: '/', experiment: '', model });
    const service = await openService({
      variants: [{ model: { ...located, onnxFile: file ?? located.onnxFile } }],
      workers,
      watchMs: 0,
      workerKind: kind,
      device,
      tune: true,
    });
    const read = (i) =>
      service.use(undefined, async (variant) => (await variant.read([texts[i % texts.length]])).length);
    return Object.assign((seconds) => loop(seconds, clients, read), { stop: () => service.close(0) });
  },

  /** The server as its users run it, by HTTP on loopback. */
  async http({ model, texts, clients }) {
    const { classify, startServer } = await import('./http-client.js');
    const { port, stop } = await startServer(model);
    const call = async (i) => {
      const { status } = await classify(port, texts[i % texts.length]);
      if (status !== 200) throw new Error(`the server answers ${status}`);
      return 1;
    };
    return Object.assign((seconds) => loop(seconds, clients, call), { stop });
  },

  /** transformers.js, `size` texts a call: as its pipeline takes them, in the order in which they come. */
  async transformers({ model, texts, size }) {
    const require = createRequire(join(process.env.RETORT_TRANSFORMERS_JS, 'package.json'));
    const { env, pipeline } = await import(pathToFileURL(require.resolve('@huggingface/transformers')).href);
    env.allowRemoteModels = false;
    env.localModelPath = '/';
    // Of itself onnxruntime would start a thread for each core of the machine, also where this process may use but some.
    const session_options = { intraOpNumThreads: availableParallelism() };
    const classify = await pipeline('text-classification', model, { dtype: 'q8', device: 'cpu', session_options });
    const call = async (i) => {
      const batch = Array.from({ length: size }, (_, k) => texts[(i * size + k) % texts.length]);
      await classify(batch, { truncation: true });
      return size;
    };
    return (seconds) => loop(seconds, 1, call);
  },
};

/** A model as the server's workers open it, in a folder that `remove` removes. */
async function compile(path, exactProducts, row) {
  const { compileModel } = await import('@retort/runtime');
  const folder = await mkdtemp(join(tmpdir(), 'retort-bench-'));
  const remove = () => rm(folder, { recursive: true });
  const options = { exactProducts, unpadded: true, probe: () => [inputsOf(row)] };
  try {
    const { file, compiled } = await compileModel(path, join(folder, 'model.onnx'), async () => undefined, options);
    return { file, compiled, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function inputsOf(row) {
  const int64 = (data) => ({ type: 'int64', shape: [1, data.length], data });
  const attention_mask = int64(new BigInt64Array(row.length).fill(1n));
  return { input_ids: int64(BigInt64Array.from(row, BigInt)), attention_mask };
}

async function bareThread({ file, compiled = false, exactProducts, ids, first, workers }) {
  const { onnxruntimeCpu } = await import('@retort/runtime');
  const session = await onnxruntimeCpu.open(file, { threads: 1, exactProducts, optimize: !compiled });
  parentPort.on('message', async (seconds) => {
    const result = await loop(seconds, 1, async (i) => {
      await session.run(inputsOf(ids[(first + i * workers) % ids.length]));
      return 1;
    });
    parentPort.postMessage(result);
  });
  parentPort.postMessage('ready');
}

if (!isMainThread) await bareThread(workerData);
else {
  const [{ name, ...options }] = await once(process, 'message');
  const run = await contestants[name](options);
  await run(1); // Warm.
  process.send('ready');
  process.on('message', async (seconds) => process.send(await run(seconds)));
  process.on('disconnect', async () => {
    await run.stop?.();
    process.exit(0);
  });
}
