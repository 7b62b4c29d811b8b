import { type Model, writeModel } from '@retort/onnx';
import { type Executor, saturates } from '@retort/runtime';
import { describeMachine, type ModelSettings, type Progress, type QuantizationConfig } from '@retort/shared';
import { calibrate } from '../quantize/calibrate.ts';
import { recipes } from '../quantize/recipes.ts';
import { int8File, portableFile, twinFile } from '../stages/models.ts';
import { type Subject, withSession } from './candidate.ts';
import { batchFor, measureCompany } from './company.ts';
import { gateNote, passGate } from './pass.ts';
import { makePortable } from './portable.ts';
import { type GatedFile, type GateResult, gatedFile } from './result.ts';
import { isSaturationSafe } from './saturation-safe.ts';
import { megabytes } from './table.ts';
import { calibrationInputs, type GateTexts } from './texts.ts';
import { oneLabelNote, percent } from './verdict.ts';

export interface QuantizeJob {
  /** Such as `student`. */
  readonly name: string;
  readonly model: Model;
  /** How errors call the model's file. */
  readonly file: string;
  readonly settings: ModelSettings;
  /** What the gate measures on, which the model must not have been trained on. */
  readonly texts: GateTexts;
  readonly textsName: string;
  readonly textsSha256: string;
  readonly config: QuantizationConfig;
  readonly executor: Executor;
  readonly threads: number;
  readonly progress: Progress;
}

export interface QuantizedModel {
  /** The quantized model, then its twin, if one was made. */
  readonly files: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  /** The parent's, and what was learnt of the quantized model: for its `retort.json`. */
  readonly settings: ModelSettings;
  readonly result: GateResult;
}

/**
 * Quantizes a model by the configuration, takes it through the gate, and measures what its answers depend on. The twin with 7-bit weights is made
 * if the configuration says so or this machine saturates, unless the model is the same everywhere as it is. Throws a UserError if one of the
 * two, or the portable file, does not pass.
 */
export async function quantizeModel(job: QuantizeJob): Promise<QuantizedModel> {
  const { name, config, executor, threads, texts, progress } = job;
  const machine = describeMachine();
  const saturating = await saturates(executor);
  const ranges = await findRanges(job);
  const recipe = recipes[config.recipe];
  const make = async (file: string, reduceRange: boolean) => {
    const title = file === twinFile ? `${name} with 7-bit weights` : name;
    const subject: Subject = {
      ...{ name: title, file: job.file, model: job.model, recipe, texts, executor, threads },
      options: { embeddings: config.embeddings, reduceRange, ranges },
      onProgress: (status) => progress.update(`${title}  ${status}`),
    };
    const passage = await passGate(subject, config.gate);
    progress.update(`${title}  in company`);
    const company = await withSession(subject, writeModel(passage.model), (session) =>
      measureCompany(session, texts, config.gate.companyTexts, job.file),
    );
    const batch = batchFor(company, config.gate);
    const saturationSafe = isSaturationSafe(passage.model);
    const { verdict } = passage.attempts[passage.attempts.length - 1];
    const bytes = writeModel({
      ...passage.model,
      metadata: {
        ...passage.model.metadata,
        'retort.batch': batch,
        'retort.company': `largest ${company.largest.toFixed(6)}, 99th percentile ${company.p99.toFixed(6)}, n ${company.n}`,
        'retort.saturationSafe': String(saturationSafe),
        'retort.gate': gateNote(verdict),
      },
    });
    const gated = gatedFile(file, passage, { bytes: bytes.byteLength, reduceRange, saturationSafe, company, batch });
    progress.line(summary(title, passage.parentBytes, gated));
    return { bytes, gated, subject, passage };
  };
  const main = await make(int8File, config.reduceRange);
  const wanted = (config.twin || saturating) && !config.reduceRange && !main.gated.saturationSafe;
  const made = wanted ? [main, await make(twinFile, true)] : [main];
  const files = made.map(({ gated }) => gated);
  const written = made.map(({ gated: { file }, bytes }) => ({ file, bytes }));
  if (config.portable) {
    written.push({ file: portableFile, bytes: await makePortable(main.subject, main.passage, config.gate) });
  }
  return {
    files: written,
    settings: {
      ...job.settings,
      batch: files.some(({ batch }) => batch === 'alone') ? 'alone' : 'any',
      quantization: {
        recipe: config.recipe,
        embeddings: config.embeddings,
        reduceRange: config.reduceRange,
        kept: [...main.gated.kept],
        company: { largest: main.gated.company.largest, p99: main.gated.company.p99, n: main.gated.company.n },
        cpu: {
          saturationSafe: main.gated.saturationSafe,
          ...(wanted ? { twin: twinFile } : {}),
          measuredOn: { flags: machine.flags, saturates: saturating },
        },
      },
    },
    result: {
      format: 1,
      model: name,
      recipe: config.recipe,
      embeddings: config.embeddings,
      tolerances: config.gate,
      texts: { name: job.textsName, n: texts.labels.length, sha256: job.textsSha256 },
      parentBytes: main.passage.parentBytes,
      files,
      machine: {
        ...{ cpu: machine.cpu, arch: machine.arch, flags: machine.flags, flagsKnown: machine.flagsKnown },
        saturates: saturating,
      },
      executor: `${executor.name} ${executor.version} (${executor.device})`,
    },
  };
}

/** The ranges of the activations, where the recipe needs them. */
async function findRanges({ name, model, texts, config, executor, threads, progress }: QuantizeJob) {
  if (!recipes[config.recipe].needsRanges) return undefined;
  const inputs = calibrationInputs(texts, config.calibrationTexts);
  return calibrate(model, inputs, executor, {
    threads,
    onText: (done) => progress.update(`${name}  calibration  input ${done}/${inputs.length}`),
  });
}

function summary(name: string, parentBytes: number, { bytes, kept, keptBytes, attempts, batch }: GatedFile): string {
  const { verdict } = attempts[attempts.length - 1];
  const smaller = `${megabytes(parentBytes)} -> ${megabytes(bytes)} MB, ${(parentBytes / bytes).toFixed(2)} times smaller`;
  const keeping = kept.length === 0 ? '' : `; ${kept.join(', ')} kept in float32, ${megabytes(keptBytes)} MB`;
  return `${name}  ${smaller}; ${percent(verdict.agreement)} of ${verdict.n} labels as in fp32${verdict.parentGivesOneLabel ? ` (${oneLabelNote})` : ''}${keeping}; batch: ${batch}`;
}
