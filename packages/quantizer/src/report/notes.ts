import { baselineOf, collapsedModels } from './baseline.ts';
import { perturbations } from './perturb.ts';
import { plural } from './plural.ts';
import type { EvaluationResult, ModelResult, Resources, Results } from './results.ts';
import { calibrationOf, decisionSummary, longTextSummary } from './usage.ts';

/** What one must know to read a table: a word in it, and what it means. Names come from files, so whoever prints them escapes. */
export type Note = readonly [term: string, text: string];

/** Of the tables of quality. */
export function qualityNotes(results: Results): Note[] {
  const [test] = results.evaluations;
  const { split } = results;
  return [
    [
      'Texts',
      `the ${split.name} split, n = ${split.n}, labels ${split.labels.join(', ')}; sha256 of its file ${split.sha256}. ` +
        `${['Each text is scored alone, without padding', ...longTextSummary(results), ...hygieneSummary(test)].join('; ')}.`,
    ],
    ...trial(results),
    ...collapsed(results),
    [
      'Accuracy',
      `comes with its Wilson 95 % interval; ${decisionSummary(results)}. Retention is the share of the teacher’s. Loss is the mean cross entropy in ` +
        'nats, ECE the expected calibration error over 15 bins, both of the probabilities at the model’s temperature. Per model: ' +
        `${results.models.map((model) => `${model.name} ${calibrationOf(model)}`).join('; ')}.`,
    ],
    baselineNote(results),
    [
      'TPR',
      `is the share of the texts of ${positives(split.labels)} that are found where 1 % and 5 % of the others are taken for it too, by the best threshold ` +
        'on these texts themselves.',
    ],
    [
      'p',
      'is the probability, by McNemar’s exact test on the same texts, of a difference from the teacher at least as large if both were ' +
        'equally good; small values tell that they are not. In brackets: the texts that the teacher alone has right, and those that the model alone has right.',
    ],
  ];
}

/** Of models that tell no text from another: their other figures would look as if all were well. */
function collapsed(results: Results): Note[] {
  return collapsedModels(results).map(({ name, what }) => [
    'Warning',
    `${name} ${what}. Retention, p and labels as in fp32 say nothing of such a model: train it longer or with a higher learning rate.`,
  ]);
}

function baselineNote({ evaluations: [{ models }] }: Results): Note {
  const { label, accuracy } = baselineOf(models[0]);
  return [
    'Baseline',
    `is always answering ${label}, the most frequent label of these texts: accuracy ${accuracy.toFixed(4)}.`,
  ];
}

function positives(labels: readonly string[]): string {
  return labels.length === 2 ? `the label ${labels[1]}` : 'a label (the mean over all)';
}

function hygieneSummary({ normalized }: EvaluationResult): string[] {
  return normalized === 0 ? [] : [`${plural(normalized, 'text')} cleaned of hidden characters or look-alikes`];
}

/** Of the table of speed. */
export function speedNotes({ measurement, models, split }: Results): Note[] {
  const { machine, executor, warmUp, runs, threads } = measurement;
  const [{ mix, resources }] = models;
  const fewest = Math.min(...models.flatMap(({ latency }) => latency.map((each) => each.runs)));
  return [
    ['Params', 'counts weights, size is the ONNX file’s, in MB of 10^6 bytes.'],
    ...models.flatMap(quantizationNote),
    [
      'Ms',
      `is the median (95th, 99th percentile) of ${fewest === runs ? runs : `${fewest} to ${runs}`} runs of one text of random tokens, batch 1, after ` +
        `${warmUp} untimed ones, the models taking turns; ms a text that of ${plural(mix.runs, 'text')} drawn from the ${split.name} split, each whole. ` +
        `${executor}, ${plural(threads, 'thread')}.`,
    ],
    ...(resources === null ? [] : resourceNotes(resources, models, threads, split.name)),
    [
      'Machine',
      `${machine.cpu}, ${plural(machine.cores, 'core')}, ` +
        `${machine.flags.length === 0 ? 'instruction sets unknown' : machine.flags.join(' ')}.`,
    ],
  ];
}

/** What the gate kept and measured. */
function quantizationNote({ name, quantization }: ModelResult): Note[] {
  if (quantization === null) return [];
  const { recipe, embeddings, kept, company } = quantization;
  return [
    [
      name,
      `is quantized by ${recipe}, embeddings ${embeddings}; ${kept.length === 0 ? 'no layer is' : `${kept.join(', ')} ${kept.length === 1 ? 'is' : 'are'}`} left in fp32. ` +
        `What an input is batched with moves its probabilities by at most ${company.largest.toFixed(4)} (99 %: ${company.p99.toFixed(4)}, n = ${company.n}).`,
    ],
  ];
}

function resourceNotes({ throughput }: Resources, models: Results['models'], threads: number, split: string): Note[] {
  const alone = models.filter(({ usage }) => usage.batch === 'alone').map(({ name }) => name);
  return [
    [
      'Texts/s',
      `is the throughput of ${plural(throughput.workers, 'worker')} of one thread each, one input a run, attention without its mask, on texts of the ${split} split; “by 8” that of ` +
        `one session of ${plural(threads, 'thread')} with padded batches of 8, as they come.` +
        (alone.length === 0
          ? ''
          : ` Batches of ${alone.join(', ')} are not measured: what a text is batched with changes its scores, so its inputs run alone.`),
    ],
    [
      'Load',
      'is the time to open the file, peak the largest memory of a process that holds Node, onnxruntime and this model alone, scoring one text at a time.',
    ],
  ];
}

/** Of the table of perturbations. */
export function robustnessNotes({ models, split }: Results): Note[] {
  const [{ robustness }] = models;
  const raw = models.filter(({ usage }) => usage.hygiene === null).map(({ name }) => name);
  return [
    [
      'Accuracy',
      `on ${plural(robustness[0].n, 'text')} of the ${split.name} split after each perturbation; in brackets the texts that get another answer than as they are. ` +
        (raw.length === models.length
          ? 'The models read texts as they are.'
          : `The models read texts cleaned, as ever${raw.length === 0 ? '' : `, but ${raw.join(', ')} as they are`}.`),
    ],
    ...perturbations.map(({ name, what }): Note => [name, `${what}.`]),
  ];
}

function trial({ leftOut = {} }: Results): Note[] {
  const parts = Object.entries(leftOut).map(([split, texts]) => `${plural(texts, 'text')} of ${split}`);
  return parts.length === 0 ? [] : [['A trial', `on a part of the data: data.maxTexts left out ${parts.join(', ')}.`]];
}
