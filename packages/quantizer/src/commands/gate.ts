import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { writeModel } from '@retort/onnx';
import { onnxruntimeCpu, type Session } from '@retort/runtime';
import { type Command, createProgress, UserError, writeFileAtomic } from '@retort/shared';
import { measureCompany } from '../gate/company.ts';
import { isSaturationSafe } from '../gate/saturation-safe.ts';
import { attemptTable } from '../gate/table.ts';
import { judge } from '../gate/verdict.ts';
import { checkInterface, scoreTexts } from '../report/score.ts';
import { readClassifier, readModelFile } from './classifier.ts';
import { gateOptions, type OptionValues, parseGateOptions, required, textOptions } from './options.ts';

/** The command `gate`: a model that is quantized already, by whatever program, against its fp32 parent. */
export const gateCommand: Command = {
  help:
    'Holds a quantized ONNX classifier, by whatever program it was made, to the tolerances against its fp32 parent: agreement, change of the\n' +
    "logits, accuracy with McNemar's p, what company does to its answers. Fails, with 1, if it is outside of them.",
  options: {
    model: { type: 'string', value: 'FILE', help: 'the quantized ONNX file' },
    parent: { type: 'string', value: 'FILE', help: 'the fp32 ONNX file that it was made from' },
    ...textOptions,
    json: { type: 'string', value: 'FILE', help: 'writes all figures to this file' },
    ...Object.fromEntries(
      Object.entries(gateOptions).filter(([name]) => !['most-kept', 'sensitivity-texts'].includes(name)),
    ),
  },
  run: runGate,
};

async function runGate(values: OptionValues): Promise<void> {
  const path = resolve(required(values, 'model', 'the quantized ONNX file'));
  const parentPath = resolve(required(values, 'parent', 'the fp32 ONNX file'));
  const gate = parseGateOptions(values);
  const model = await readModelFile(path, 'model');
  await readModelFile(parentPath, 'parent');
  const { texts, textsName, textsSha256 } = readClassifier(values, parentPath);
  const progress = createProgress({ title: 'gate' });
  const score = async <T>(file: string, title: string, more: (session: Session, name: string) => Promise<T>) => {
    const session = await onnxruntimeCpu.open(file, { threads: availableParallelism() });
    const name = relative(process.cwd(), file);
    try {
      checkInterface(session, name);
      const logits = await scoreTexts(session, texts.windows, texts.labelCount, {
        file: name,
        onText: (done) => progress.update(`${title}  text ${done}/${texts.windows.length}`),
      });
      return { logits, more: await more(session, name) };
    } finally {
      await session.close();
    }
  };
  try {
    const parent = await score(parentPath, 'fp32', async () => undefined);
    const quantized = await score(path, 'quantized', (session, name) =>
      measureCompany(session, texts, gate.companyTexts, name),
    );
    const verdict = judge(parent.logits, quantized.logits, texts, gate);
    const company = quantized.more;
    const batch = company.largest > gate.company ? 'alone' : 'any';
    const saturationSafe = isSaturationSafe(model);
    progress.done();
    const bytes = writeModel(model).byteLength;
    process.stdout.write(`${attemptTable([{ kept: [], bytes, verdict }])}\n\n`);
    process.stdout.write(
      `company: a probability moves by up to ${company.largest.toFixed(4)} (99th percentile ${company.p99.toFixed(4)}); batch: ${batch}\n` +
        `on processors that saturate sums of 8-bit products: ${saturationSafe ? 'the same' : 'other answers, or slower kernels'}\n`,
    );
    if (typeof values.json === 'string') {
      const content = {
        format: 1,
        texts: { name: textsName, sha256: textsSha256 },
        tolerances: gate,
        verdict,
        company,
        batch,
        saturationSafe,
      };
      await writeFileAtomic(resolve(values.json), `${JSON.stringify(content, null, 2)}\n`);
    }
    if (verdict.failures.length === 0) return;
    throw new UserError(`the model does not pass: ${verdict.failures.join('; ')}`, {
      place: { file: relative(process.cwd(), path) },
      remedy:
        'quantize its parent by "quantizer quantize-model", which keeps sensitive layers in float32, or widen the tolerances',
    });
  } finally {
    progress.done();
  }
}
