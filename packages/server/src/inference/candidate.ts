import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type CompileOptions, compileModel, type PoolModel, type Tensors, type Trial } from '@retort/runtime';
import {
  batchPolicy,
  isSafeFromSaturation,
  loadTokenizer,
  readText,
  type Tokenizer,
  UserError,
  writeFileAtomic,
} from '@retort/shared';
import { z } from 'zod';
import { type ModelDetails, readModelDetails } from '../model/describe.ts';
import type { LocatedModel } from '../model/locate.ts';
import { isBitEqual, measureCompany, someIds, usualCompany } from './company.ts';
import type { Company, QueuedModel } from './queued-model.ts';
import { logitRows, modelInputs } from './run-tensors.ts';
import { unlessAborted } from './unless-aborted.ts';

/** `vocabularySize`: where the folder's `config.json` does not tell, that of the tokenizer. */
type CandidateDetails = ModelDetails & Required<Pick<ModelDetails, 'vocabularySize'>>;

/** A model folder that has been read, compiled and tried, in no worker yet. */
export interface Candidate {
  readonly details: CandidateDetails;
  readonly tokenizer: Tokenizer;
  readonly queued: QueuedModel;
  /** What workers open. */
  readonly open: PoolModel;
  /** Removes what was made of the folder. What cannot be removed is left to whoever removes all of `scratch`. */
  discard(): Promise<void>;
}

export interface CandidateOptions extends CompileOptions {
  /** Where compiled models lie. */
  readonly scratch: string;
  /** Whether the gain of company is measured. */
  readonly tune: boolean;
  /** Where measurements are kept from start to start. */
  readonly tuned?: string;
}

const knownInputs = ['input_ids', 'attention_mask', 'token_type_ids'];
let made = 0;

/** Reads, compiles and tries a model folder; a UserError if it is no text classifier that this server can run. */
export async function prepareCandidate(located: LocatedModel, options: CandidateOptions): Promise<Candidate> {
  const read = await unlessAborted(readModelDetails(located), options.signal);
  const key = `${read.sha256.slice(0, 16)}-${++made}`;
  const folder = join(options.scratch, key);
  const discard = () => rm(folder, { recursive: true, force: true }).catch(() => undefined);
  const source = join(read.folder, read.onnxFile);
  try {
    const tokenizer = loadTokenizer(read.folder);
    const details = { ...read, vocabularySize: read.vocabularySize ?? tokenizer.vocabulary.length };
    await mkdir(folder, { recursive: true });
    const { result, ...open } = await compileModel(
      source,
      join(folder, 'model.onnx'),
      (trial) => tryModel(trial, details, tokenizer, options),
      {
        ...options,
        // The fast kernels give the same of a model that is safe from saturation.
        exactProducts: !isSafeFromSaturation(details, details.onnxFile),
        probe: ({ inputNames }) => probeInputs(inputNames, details, tokenizer),
        longest: details.maxTokens,
        unpadded: true, // Those that share a run are of equal length.
      },
    );
    return { details, tokenizer, queued: { key, labelCount: details.labels.length, ...result }, open, discard };
  } catch (cause) {
    await discard();
    throw unusable(source, cause);
  }
}

/** Texts' worth of ids of several lengths, for a model whose inputs are known. */
function probeInputs(
  inputNames: readonly string[],
  { maxTokens, vocabularySize }: CandidateDetails,
  tokenizer: Tokenizer,
): Tensors[] {
  if (inputNames.some((name) => !knownInputs.includes(name))) return [];
  const ids = [tokenizer.clsId, tokenizer.sepId, vocabularySize] as const;
  return [3, 17, 128]
    .filter((length) => length <= maxTokens)
    .map((length) => modelInputs(inputNames, [someIds(length, length, ids)]));
}

async function tryModel(
  trial: Trial,
  details: CandidateDetails,
  tokenizer: Tokenizer,
  options: CandidateOptions,
): Promise<Pick<QueuedModel, 'inputNames' | 'company'>> {
  const { inputNames, outputNames } = trial;
  const strange = inputNames.find((name) => !knownInputs.includes(name));
  if (strange !== undefined) throw new Error(`it has an input "${strange}"`);
  if (!outputNames.includes('logits')) throw new Error('it has no output "logits"');
  const labelCount = details.labels.length;
  try {
    const { windows } = readText(tokenizer, 'Is it a classifier?', details);
    // Whoever sends ids may send the last one, in the last type.
    const last = Int32Array.of(tokenizer.clsId, details.vocabularySize - 1, tokenizer.sepId).subarray(
      -details.maxTokens,
    );
    const types = new Int32Array(last.length).fill(details.tokenTypes - 1);
    for (const input of [modelInputs(inputNames, [windows[0]]), modelInputs(inputNames, [last], [types])]) {
      const { outputs } = await trial.run(input, ['logits']);
      logitRows(outputs.logits, 1, labelCount);
    }
  } catch (cause) {
    throw new Error(`its first run failed: ${(cause as Error).message}`, { cause });
  }
  const ids = [tokenizer.clsId, tokenizer.sepId, details.vocabularySize] as const;
  const asked = { labelCount, maxTokens: details.maxTokens, ids };
  // Most int8 models find the range of their activations over all of a run. Of others, another number of rows may choose another kernel.
  if (batchPolicy(details, details.onnxFile) === 'alone' || !(await isBitEqual(trial, asked))) return { inputNames };
  if (!options.tune) return { inputNames, company: usualCompany };
  const company = await remembered(details.sha256, options.tuned, () => measureCompany(trial, asked));
  return { inputNames, ...(company === undefined ? {} : { company }) };
}

const tunedSchema = z.record(z.string(), z.object({ longest: z.int().min(0), tokens: z.int().min(0) }));

/** What was measured for these weights before, or is now. A file that cannot be read is written anew. */
async function remembered(
  sha256: string,
  path: string | undefined,
  measure: () => Promise<Company | undefined>,
): Promise<Company | undefined> {
  const known = path === undefined ? {} : await readTuned(path);
  const none = { longest: 0, tokens: 0 };
  const company = known[sha256] ?? (await measure()) ?? none;
  if (path !== undefined && known[sha256] === undefined) {
    // Where nothing can be written, as in a container, the next start measures again.
    await writeFileAtomic(path, `${JSON.stringify({ ...known, [sha256]: company }, null, 2)}\n`).catch(() => undefined);
  }
  return company.longest === 0 ? undefined : company;
}

async function readTuned(path: string): Promise<z.output<typeof tunedSchema>> {
  try {
    return tunedSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return {};
  }
}

function unusable(path: string, cause: unknown): UserError {
  return new UserError(`the model cannot be served: ${(cause as Error).message}`, {
    place: { file: relative(process.cwd(), path) },
    remedy: 'name the folder of a BERT or DistilBERT text classifier, exported to ONNX',
    cause,
  });
}
