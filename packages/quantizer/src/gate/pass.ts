import { type Model, writeModel } from '@retort/onnx';
import { type GateConfig, UserError } from '@retort/shared';
import { layersOf } from '../quantize/layers.ts';
import { quantizeBut, type Subject, scoreModel } from './candidate.ts';
import { rankLayers, type Sensitivity } from './sensitivity.ts';
import { failureTable } from './table.ts';
import { judge, type Verdict } from './verdict.ts';

/** One try to pass. */
export interface Attempt {
  /** The layers that stayed float32, in the order in which they were kept. */
  readonly kept: readonly string[];
  /** Of the file. */
  readonly bytes: number;
  readonly verdict: Verdict;
}

/** How a model got through the gate. */
export interface Passage {
  readonly model: Model;
  readonly parentBytes: number;
  /** The fp32 model's logits of the texts, [texts, labels] row-major. */
  readonly parentLogits: Float32Array;
  /** The last one passed. */
  readonly attempts: readonly [...Attempt[], Attempt];
  /** All layers, the most sensitive first, if the first attempt failed. */
  readonly ranking?: readonly Sensitivity[];
}

/**
 * Quantizes a model so that it stays within the tolerances on the texts: first all of it; if that fails, with its most sensitive layers kept in
 * float32, one more each time, until it passes. Throws a UserError with the table of all attempts if `mostKept` layers do not suffice, or
 * nothing quantized would be left.
 */
export async function passGate(subject: Subject, gate: GateConfig): Promise<Passage> {
  const parentFile = writeModel(subject.model);
  const parent = await scoreModel(subject, parentFile, 'fp32');
  const attempt = async (kept: readonly string[]): Promise<{ model: Model; attempt: Attempt }> => {
    const model = quantizeBut(subject, kept);
    const bytes = writeModel(model);
    const title = kept.length === 0 ? 'quantized' : `quantized but for ${kept.length}`;
    const logits = await scoreModel(subject, bytes, title);
    return { model, attempt: { kept, bytes: bytes.byteLength, verdict: judge(parent, logits, subject.texts, gate) } };
  };
  const measured = { parentBytes: parentFile.byteLength, parentLogits: parent };
  const first = await attempt([]);
  if (first.attempt.verdict.failures.length === 0) {
    return { model: first.model, ...measured, attempts: [first.attempt] };
  }
  const attempts = [first.attempt];
  const ranking = await rankLayers(subject, gate.sensitivityTexts);
  const most = Math.min(gate.mostKept, layersOf(subject.model).length - 1);
  for (let count = 1; count <= most; count++) {
    const { model, attempt: next } = await attempt(ranking.slice(0, count).map(({ name }) => name));
    if (next.verdict.failures.length === 0) return { model, ...measured, attempts: [...attempts, next], ranking };
    attempts.push(next);
  }
  throw new UserError(
    `${subject.name} does not pass the gate, ${most === 0 ? 'and no layer may be kept' : `whichever of its ${most} most sensitive layers stay in float32`}\n\n${failureTable({ attempts, ranking })}`,
    {
      place: { file: subject.file },
      remedy:
        'choose another recipe ("int8-weights" changes the least), raise gate.mostKept, or, if the model is good enough for you, widen the tolerances of the gate',
    },
  );
}

/** A verdict in the metadata of the file that it is about. */
export function gateNote({ agreement, mcnemar, n }: Verdict): string {
  return `agreement ${agreement.toFixed(6)}, p ${mcnemar.p.toFixed(6)}, n ${n}`;
}
