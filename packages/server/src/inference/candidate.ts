import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type CompileOptions, compileModel, type PoolModel, type Tensors, type Trial } from '@retort/runtime';
import { batchPolicy, loadTokenizer, readText, UserError, writeFileAtomic } from '@retort/shared';
import { z } from 'zod';
import { type ModelDetails, readModelDetails } from '../model/describe.ts';
import type { LocatedModel } from '../model/locate.ts';
import { isBitEqual, measureCompany, someIds, usualCompany } from './company.ts';
import { type Company, logitRows, modelInputs, type QueuedModel } from './turns.ts';

/** A model folder that has been read, compiled and tried, in no worker yet. */
export interface Candidate {
  readonly details: ModelDetails;
  readonly queued: QueuedModel;
  /** What workers open. */
  readonly open: PoolModel;
  /** Removes what was made of the folder. */
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
  const details = await readModelDetails(located);
  const key = `${details.sha256.slice(0, 16)}-${++made}`;
  const folder = join(options.scratch, key);
  const discard = () => rm(folder, { recursive: true, force: true });
  const source = join(details.folder, details.onnxFile);
  try {
    await mkdir(folder, { recursive: true });
    const { result, ...open } = await compileModel(
      source,
      join(folder, 'model.onnx'),
      (trial) => tryModel(trial, details, options),
      { ...options, probe: ({ inputNames }) => probeInputs(inputNames, details) },
    );
    return { details, queued: { key, labelCount: details.labels.length, ...result }, open, discard };
  } catch (cause) {
    await discard();
    throw unusable(source, cause);
  }
}

/** Texts' worth of ids of several lengths, for a model whose inputs are known. */
function probeInputs(inputNames: readonly string[], { folder, maxTokens }: ModelDetails): Tensors[] {
  if (inputNames.some((name) => !knownInputs.includes(name))) return [];
  const tokenizer = loadTokenizer(folder);
  const ids = [tokenizer.clsId, tokenizer.sepId, tokenizer.vocabulary.length] as const;
  return [3, 17, 128]
    .filter((length) => length <= maxTokens)
    .map((length) => modelInputs(inputNames, [someIds(length, length, ids)]));
}

async function tryModel(
  trial: Trial,
  details: ModelDetails,
  options: CandidateOptions,
): Promise<Pick<QueuedModel, 'inputNames' | 'company'>> {
  const { inputNames, outputNames } = trial;
  const strange = inputNames.find((name) => !knownInputs.includes(name));
  if (strange !== undefined) throw new Error(`it has an input "${strange}"`);
  if (!outputNames.includes('logits')) throw new Error('it has no output "logits"');
  const tokenizer = loadTokenizer(details.folder);
  const labelCount = details.labels.length;
  try {
    const { windows } = readText(tokenizer, 'Is it a classifier?', details);
    const { outputs } = await trial.run(modelInputs(inputNames, [windows[0]]), ['logits']);
    logitRows(outputs.logits, 1, labelCount);
  } catch (cause) {
    throw new Error(`its first run failed: ${(cause as Error).message}`, { cause });
  }
  const ids = [tokenizer.clsId, tokenizer.sepId, tokenizer.vocabulary.length] as const;
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
    await writeFileAtomic(path, `${JSON.stringify({ ...known, [sha256]: company }, null, 2)}\n`);
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
