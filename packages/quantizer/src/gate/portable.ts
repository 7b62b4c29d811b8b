import { writeModel } from '@retort/onnx';
import { type GateConfig, UserError } from '@retort/shared';
import { quantizeBut, type Subject, scoreModel } from './candidate.ts';
import { gateNote, type Passage } from './pass.ts';
import { attemptTable } from './table.ts';
import { judge } from './verdict.ts';

/**
 * The model that passed, in ONNX's own operators, as a file. It is held to the same tolerances: a runtime may round, or saturate, other
 * operators in another way. Throws a UserError with its figures if it does not pass.
 */
export async function makePortable(
  passed: Subject,
  { parentLogits, attempts }: Pick<Passage, 'parentLogits' | 'attempts'>,
  gate: GateConfig,
): Promise<Uint8Array> {
  const { kept } = attempts[attempts.length - 1];
  const subject: Subject = { ...passed, options: { ...passed.options, operators: 'onnx' } };
  const model = quantizeBut(subject, kept);
  const logits = await scoreModel(subject, writeModel(model), 'portable');
  const verdict = judge(parentLogits, logits, subject.texts, gate);
  const bytes = writeModel({ ...model, metadata: { ...model.metadata, 'retort.gate': gateNote(verdict) } });
  if (verdict.failures.length === 0) return bytes;
  throw new UserError(
    `${subject.name} passes the gate, but not in ONNX's own operators\n\n${attemptTable([{ kept, bytes: bytes.byteLength, verdict }])}\n\n${verdict.failures.join('; ')}`,
    {
      place: { file: subject.file },
      remedy: 'leave quantization.portable out, choose another recipe, or widen the tolerances of the gate',
    },
  );
}
