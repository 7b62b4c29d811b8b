import { dirname } from 'node:path';
import type { HostTensor, Session, Tensors } from '@retort/runtime';
import { meanLogits, UserError } from '@retort/shared';

export interface ScoreOptions {
  /** What errors call the model. */
  readonly file: string;
  /** The logits of inputs that were scored before, and are not again: the model gives the same. */
  readonly known?: Map<string, Float32Array>;
  onText?(done: number): void;
}

/**
 * The logits of texts, each the mean over its windows. Every window runs alone and unpadded: with dynamic int8 its logits depend on
 * what it is batched with, and this is how they are when nothing is.
 *
 * @param texts the windows of each, ids from `[CLS]` to `[SEP]`
 * @returns [texts, labelCount], row-major
 */
export async function scoreTexts(
  session: Session,
  texts: readonly (readonly Int32Array[])[],
  labelCount: number,
  { file, known = new Map(), onText }: ScoreOptions,
): Promise<Float32Array> {
  const logits = new Float32Array(texts.length * labelCount);
  for (const [i, windows] of texts.entries()) {
    const key = windows.join(';');
    const row = known.get(key) ?? meanLogits(await windowLogits(session, windows, labelCount, file));
    known.set(key, row);
    logits.set(row, i * labelCount);
    onText?.(i + 1);
  }
  return logits;
}

async function windowLogits(
  session: Session,
  windows: readonly Int32Array[],
  labelCount: number,
  file: string,
): Promise<Float32Array[]> {
  const rows: Float32Array[] = [];
  for (const ids of windows) {
    const outputs = await session.run(feeds(session, ids), { outputs: ['logits'] });
    rows.push(logitsOf(outputs.logits, labelCount, file));
  }
  return rows;
}

/** The inputs of a batch of one text without padding: int64, shape [1, length]. */
export function feeds(session: Pick<Session, 'inputNames'>, ids: Int32Array): Tensors {
  const row = (data: BigInt64Array): HostTensor => ({ type: 'int64', shape: [1, ids.length], data });
  const all: Tensors = {
    input_ids: row(BigInt64Array.from(ids, BigInt)),
    attention_mask: row(new BigInt64Array(ids.length).fill(1n)),
    token_type_ids: row(new BigInt64Array(ids.length)),
  };
  return Object.fromEntries(session.inputNames.map((name) => [name, all[name]]));
}

/** Refuses a model that is no classifier of token ids, or of another number of labels. */
export function checkInterface(session: Session, file: string): void {
  const known = ['input_ids', 'attention_mask', 'token_type_ids'];
  const unknown = session.inputNames.find((name) => !known.includes(name));
  if (unknown === undefined && session.outputNames.includes('logits')) return;
  const what =
    unknown === undefined ? 'the model has no output "logits"' : `the model has an unknown input "${unknown}"`;
  throw new UserError(what, {
    place: { file },
    remedy: `use a classifier with the inputs ${known.join(', ')} and the output logits`,
  });
}

function logitsOf({ data, shape }: HostTensor, labelCount: number, file: string): Float32Array {
  if (data instanceof Float32Array && data.length === labelCount) return data;
  throw new UserError(
    `the model's logits of one text have shape [${shape.join(', ')}] where there are ${labelCount} labels`,
    {
      place: { file },
      remedy: `run the stages again that made ${dirname(file)}: its model and the dataset do not belong together`,
    },
  );
}
