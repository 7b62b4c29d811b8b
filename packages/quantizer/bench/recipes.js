// Quantizes trained models by every recipe and tells what each costs in accuracy, agreement, size, company and time: the table of
// docs/quantization.md by which the default was chosen.
import { cpus } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { onnxruntimeCpu } from '@retort/runtime';
import { feeds } from '../dist/report/score.js';
import { openSubject } from './recipes/measure.js';
import { recipeTable } from './recipes/tables.js';
import { variants as all } from './recipes/variants.js';

const usage = `nx run quantizer:recipes -- [options] FOLDER...

FOLDER is a model folder with onnx/model.onnx, as the stages finetune and distill write it; the splits are those of the folder "prepare" beside it.
Folders of the same name, such as .../seed-1/distill and .../seed-2/distill, are a row together.

  --variants NAMES   separated by ";" (all)
  --texts N          of each split, at most (all)
  --windows N        of each text, its first ones (all)
  --threads N        (1)
  --work FOLDER      where results lie; what is there is not computed again (.retort/recipes)
  --minutes N        starts no measurement after these (no end)
  --latency N        times N runs of each variant of the first folder, in turns, in place of all else
  --lengths N,..     (128)
`;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    variants: { type: 'string' },
    texts: { type: 'string', default: 'Infinity' },
    windows: { type: 'string', default: 'Infinity' },
    threads: { type: 'string', default: '1' },
    work: { type: 'string', default: '.retort/recipes' },
    minutes: { type: 'string', default: 'Infinity' },
    latency: { type: 'string' },
    lengths: { type: 'string', default: '128' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || positionals.length === 0) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 1);
}
const names = values.variants?.split(';') ?? all.map(({ name }) => name);
const unknown = names.find((name) => !all.some((variant) => variant.name === name));
if (unknown !== undefined)
  throw new Error(`no variant "${unknown}": there are ${all.map(({ name }) => name).join('; ')}`);
const variants = all.filter(({ name }) => names.includes(name));
const threads = Number(values.threads);
const open = (folder) => {
  const key = `${basename(dirname(folder))}-${basename(folder)}`;
  return openSubject(folder, join(resolve(values.work), key), {
    count: Number(values.texts),
    windowCount: Number(values.windows),
    threads,
  });
};
const folders = positionals.map((folder) => resolve(folder));

if (values.latency === undefined) await printTables();
else await printLatencies();

async function printTables() {
  const end = performance.now() + 60_000 * Number(values.minutes);
  for (const [kind, group] of groupBy(folders, basename)) {
    const measured = new Map(variants.map(({ name }) => [name, []]));
    for (const folder of group) {
      const subject = await open(folder);
      for (const variant of variants) {
        if (performance.now() > end) return console.log('not all is measured yet: run it again');
        measured.get(variant.name).push(await subject.measure(variant));
      }
    }
    console.log(`${recipeTable(kind, measured)}\n`);
  }
}

async function printLatencies() {
  const subject = await open(folders[0]);
  const sessions = [];
  for (const variant of variants) {
    const exactProducts = !variant.options.reduceRange; // As the server opens them.
    sessions.push(await onnxruntimeCpu.open(subject.bytes(variant), { threads, exactProducts }));
  }
  sessions.push(await onnxruntimeCpu.open(join(folders[0], 'onnx/model.onnx'), { threads }));
  const lengths = values.lengths.split(',').map(Number);
  const times = sessions.map(() => lengths.map(() => []));
  for (let run = -3; run < Number(values.latency); run++) {
    for (const [l, length] of lengths.entries()) {
      const ids = Int32Array.from({ length }, (_, i) => 1000 + ((i * 7919) % 20_000));
      for (const [s, session] of sessions.entries()) {
        const start = performance.now();
        await session.run(feeds(session, ids));
        if (run >= 0) times[s][l].push(performance.now() - start);
      }
    }
  }
  console.log(`${cpus()[0].model}, ${threads} threads, one text, medians of ${values.latency} runs in turn, ms`);
  for (const [s, name] of [...variants.map((variant) => variant.name), 'fp32'].entries()) {
    const medians = times[s].map((each) => each.sort((a, b) => a - b)[each.length >> 1].toFixed(2));
    console.log(`| ${[name, ...medians].join(' | ')} |`);
  }
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
