import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { writeModel } from '@retort/onnx';
import {
  type DeviceName,
  deviceNames,
  type Executor,
  executorFor,
  onnxruntimeCpu,
  parsePrecision,
  precisions,
  precisionVariable,
  type Session,
} from '@retort/runtime';
import { type Command, UserError, writeFileAtomic } from '@retort/shared';
import { batchFor, measureCompany } from '../gate/company.ts';
import { isSaturationSafe } from '../gate/saturation-safe.ts';
import { attemptTable } from '../gate/table.ts';
import { judge } from '../gate/verdict.ts';
import { checkInterface, scoreTexts } from '../report/score.ts';
import { type NamedModel, readNamedModel, withClassifier } from './classifier.ts';
import { fileOptions, gateOptions, type OptionValues, parseGateOptions, textOptions } from './options.ts';

/** The command `gate`: a model that is quantized already, by whatever program, against its fp32 parent. */
export const gateCommand: Command = {
  help:
    'Holds a quantized ONNX classifier, by whatever program it was made, to the tolerances against its fp32 parent: agreement, change of the\n' +
    "logits, accuracy with McNemar's p, what company does to its answers. Fails, with 1, if it is outside of them.",
  options: {
    ...fileOptions({ model: 'the quantized ONNX file', parent: 'the fp32 ONNX file that it was made from' }),
    device: {
      type: 'string',
      value: 'NAME',
      help: `what the quantized model runs on: ${deviceNames.join(', ')}`,
      default: 'cpu',
    },
    precision: {
      type: 'string',
      value: 'NAME',
      help: `what the device openvino computes in: ${precisions.join(', ')}; bf16 is a quantization, too: --model may be the parent itself then`,
    },
    ...textOptions,
    ...fileOptions({ json: 'writes all figures to this file' }),
    ...Object.fromEntries(
      Object.entries(gateOptions).filter(([name]) => !['most-kept', 'sensitivity-texts'].includes(name)),
    ),
  },
  run: runGate,
};

async function runGate(values: OptionValues): Promise<void> {
  const gate = parseGateOptions(values);
  const executor = executorFor(
    parseDevice(values.device),
    parsePrecision(values.precision ?? process.env[precisionVariable]),
  );
  const quantized = await readNamedModel(values, 'model', 'the quantized ONNX file');
  const parent = await readNamedModel(values, 'parent', 'the fp32 ONNX file');
  const found = await withClassifier(
    values,
    parent.path,
    'gate',
    async ({ texts, textsName, textsSha256 }, progress) => {
      const score = async <T>(
        { path, file, by }: NamedModel & { readonly by: Executor },
        title: string,
        more: (session: Session) => Promise<T>,
      ) => {
        const session = await by.open(path, { threads: availableParallelism() });
        try {
          checkInterface(session, file);
          const logits = await scoreTexts(session, texts.windows, texts.labelCount, {
            file,
            onText: (done) => progress.update(`${title}  text ${done}/${texts.windows.length}`),
          });
          return { logits, more: await more(session) };
        } finally {
          await session.close();
        }
      };
      const before = await score({ ...parent, by: onnxruntimeCpu }, 'fp32', async () => undefined);
      const { logits, more: company } = await score({ ...quantized, by: executor }, 'quantized', (session) =>
        measureCompany(session, texts, gate.companyTexts, quantized.file),
      );
      return {
        format: 1,
        texts: { name: textsName, sha256: textsSha256 },
        tolerances: gate,
        verdict: judge(before.logits, logits, texts, gate),
        company,
        batch: batchFor(company, gate),
        saturationSafe: isSaturationSafe(quantized.model),
      };
    },
  );
  const { verdict, company, batch, saturationSafe } = found;
  const bytes = writeModel(quantized.model).byteLength;
  process.stdout.write(`${attemptTable([{ kept: [], bytes, verdict }])}\n\n`);
  process.stdout.write(
    `company: a probability moves by up to ${company.largest.toFixed(4)} (99th percentile ${company.p99.toFixed(4)}); batch: ${batch}\n` +
      `on processors that saturate sums of 8-bit products: ${saturationSafe ? 'the same' : 'other answers, or slower kernels'}\n`,
  );
  if (typeof values.json === 'string') {
    await writeFileAtomic(resolve(values.json), `${JSON.stringify(found, null, 2)}\n`);
  }
  if (verdict.failures.length === 0) return;
  throw new UserError(`the model does not pass: ${verdict.failures.join('; ')}`, {
    place: { file: quantized.file },
    remedy:
      'quantize its parent by "quantizer quantize-model", which keeps sensitive layers in float32, or widen the tolerances',
  });
}

function parseDevice(text: string | boolean | undefined): DeviceName {
  const device = deviceNames.find((name) => name === (text ?? 'cpu'));
  if (device !== undefined) return device;
  throw new UserError(`there is no device "${text}"`, {
    place: { field: '--device' },
    remedy: `use one of: ${deviceNames.join(', ')}`,
  });
}
