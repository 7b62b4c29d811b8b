// One model folder, quantized by one variant, against its fp32 parent on the validation and the test split.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readModel, writeModel } from '@retort/onnx';
import { calibrate } from '@retort/quantizer';
import { onnxruntimeCpu } from '@retort/runtime';
import { decisionRule, gateSchema, quantizationSchema, readModelSettings, readSplit } from '@retort/shared';
import { quantizeBut, scoreModel, withSession } from '../../dist/gate/candidate.js';
import { measureCompany } from '../../dist/gate/company.js';
import { longestInput } from '../../dist/gate/model-folder.js';
import { isSaturationSafe } from '../../dist/gate/saturation-safe.js';
import { calibrationInputs, readGateTexts } from '../../dist/gate/texts.js';
import { judge } from '../../dist/gate/verdict.js';
import { recipes } from '../../dist/quantize/recipes.js';

const splitNames = ['validation', 'test'];
const gate = gateSchema.parse({});
const { calibrationTexts } = quantizationSchema.parse({});

/** Opens a model folder; what is computed of it is kept in `work`. */
export async function openSubject(folder, work, { count, windowCount, threads }) {
  const settings = readModelSettings(folder, longestInput(folder));
  const texts = {};
  const first = (windows) => windows.slice(0, count).map((each) => each.slice(0, windowCount));
  for (const name of splitNames) {
    const split = await readSplit(join(dirname(folder), 'prepare'), name);
    const rule = decisionRule(settings, split.labelNames, folder);
    const all = readGateTexts(folder, settings, split, { labelCount: split.labelNames.length, rule });
    texts[name] = { ...all, windows: first(all.windows), labels: all.labels.slice(0, count) };
  }
  const file = join(folder, 'onnx/model.onnx');
  const model = readModel(readFileSync(file), file);
  const subject = { name: folder, file, model, executor: onnxruntimeCpu, threads, onProgress: () => undefined };
  mkdirSync(work, { recursive: true });

  const ranges = new Map(
    await once(join(work, 'ranges.json'), async () => {
      const inputs = calibrationInputs(texts.validation, calibrationTexts);
      return [...(await calibrate(model, inputs, onnxruntimeCpu, { threads }))];
    }),
  );
  const parents = {};
  for (const name of splitNames) {
    parents[name] = await once(join(work, `fp32-${name}.json`), async () => [
      ...(await scoreModel({ ...subject, texts: texts[name] }, writeModel(model), 'fp32')),
    ]);
  }

  const quantized = ({ recipe, options }) =>
    quantizeBut({ ...subject, recipe: recipes[recipe], options: { ...options, ranges } }, []);
  return {
    bytes: (variant) => writeModel(quantized(variant)),
    /** Sizes, verdicts on both splits, company: computed once. */
    measure: (variant) =>
      once(join(work, `${variant.name}.json`), async () => {
        const made = quantized(variant);
        const bytes = writeModel(made);
        const verdicts = {};
        for (const name of splitNames) {
          const logits = await scoreModel({ ...subject, texts: texts[name] }, bytes, variant.name);
          verdicts[name] = judge(Float32Array.from(parents[name]), logits, texts[name], gate);
        }
        const company = await withSession(subject, bytes, (session) =>
          measureCompany(session, texts.validation, gate.companyTexts, file),
        );
        return { bytes: bytes.length, saturationSafe: isSaturationSafe(made), verdicts, company };
      }),
  };
}

async function once(path, compute) {
  if (!existsSync(path)) {
    writeFileSync(`${path}.new`, JSON.stringify(await compute()));
    renameSync(`${path}.new`, path);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}
