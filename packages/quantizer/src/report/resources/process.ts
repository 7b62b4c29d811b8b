import { executorFor, type Session } from '@retort/runtime';
import type { Resources } from '../results.ts';
import { feeds } from '../score.ts';
import { padded } from './padded.ts';
import { peakMemory } from './peak-memory.ts';
import type { ResourceAnswer, ResourceQuestion } from './protocol.ts';
import { measureThroughput } from './throughput.ts';

process.on('message', async (question: ResourceQuestion) => {
  const answer = await measure(question).then(
    (resources): ResourceAnswer => ({ resources }),
    (error: Error): ResourceAnswer => ({ error: error.message }),
  );
  process.send?.(answer, () => process.exit());
});
// Whoever asked is gone: stopped by Ctrl-C, or killed.
process.on('disconnect', () => process.exit());

async function measure(question: ResourceQuestion): Promise<Resources> {
  const { file, device = 'cpu', exactProducts, texts, threads, batchSizes, budgetMs, workers } = question;
  const start = performance.now();
  const session = await executorFor(device).open(file, { threads, exactProducts });
  const loadMs = performance.now() - start;
  for (const ids of texts.flat()) await session.run(feeds(session, ids));
  const peakMemoryBytes = peakMemory();
  const batches: Resources['batches'][number][] = [];
  for (const size of batchSizes) {
    batches.push({ size, textsPerSecond: await batchSpeed(session, texts, size, budgetMs) });
  }
  await session.close();
  const throughput = await measureThroughput(question, workers);
  return { loadMs, peakMemoryBytes, throughput, batches };
}

/** Texts a second in batches of `size` inputs, as they come, after one batch untimed; a text of several windows has several inputs. */
async function batchSpeed(
  session: Session,
  texts: ResourceQuestion['texts'],
  size: number,
  budgetMs: number,
): Promise<number> {
  const inputs = texts.flat();
  const batches = Array.from({ length: Math.ceil(inputs.length / size) }, (_, i) =>
    // The last one is filled up from the beginning.
    padded(
      session,
      Array.from({ length: size }, (_, j) => inputs[(i * size + j) % inputs.length]),
    ),
  );
  await session.run(batches[0]);
  const start = performance.now();
  let runs = 0;
  do await session.run(batches[runs++ % batches.length]);
  while (performance.now() - start < budgetMs || runs < batches.length);
  const inputsPerSecond = (1000 * runs * size) / (performance.now() - start);
  return (inputsPerSecond * texts.length) / inputs.length;
}
