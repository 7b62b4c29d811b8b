import type { Variant } from '../inference/index.ts';
import { readCard } from '../model/evaluation.ts';
import { describeModel } from './models.ts';

/** A model's card, in Markdown. */
export async function modelCard(variant: Variant): Promise<string> {
  const written = await readCard(variant);
  if (written !== undefined) return written;
  const { id, architecture, labels, maxTokens, longTexts, sizeBytes, sha256, calibration, evaluation, run } =
    await describeModel(variant);
  const rows: [string, string][] = [
    ['labels', labels.join(', ')],
    ['architecture', architecture],
    ['file', `${(sizeBytes / 1e6).toFixed(1)} MB, sha256 ${sha256}`],
    ['reads', `${maxTokens} tokens at once, longer texts by ${longTexts}`],
  ];
  if (calibration !== null) {
    const { temperature, threshold, abstention, fittedOn } = calibration;
    rows.push(['calibrated on', `${fittedOn.n} texts of ${fittedOn.split}, sha256 ${fittedOn.sha256}`]);
    rows.push(['temperature', temperature.toFixed(3)]);
    if (threshold !== null) rows.push(['threshold', `${threshold.label} from ${threshold.value.toFixed(3)} on`]);
    if (abstention !== null) {
      rows.push(['abstains', `below a margin of ${abstention.margin.toFixed(3)} or ${abstention.minTokens} tokens`]);
    }
  }
  if (evaluation !== null) {
    const { accuracy, accuracyInterval, split, macroF1, auroc } = evaluation;
    const [low, high] = accuracyInterval.map((value) => value.toFixed(4));
    rows.push(['evaluated on', `${split.n} texts of ${split.name}, sha256 ${split.sha256}`]);
    rows.push(['accuracy', `${accuracy.toFixed(4)} (95 % interval ${low} to ${high})`]);
    rows.push(['macro F1, AUROC', `${macroF1.toFixed(4)}, ${auroc?.toFixed(4) ?? 'not defined'}`]);
  }
  if (run !== null)
    rows.push(['made by', `${run.stage} of ${run.experiment}, ${run.endedAt}, seed ${run.seed ?? 'none'}`]);
  return `# ${id}\n\n| | |\n|---|---|\n${rows.map(([name, value]) => `| ${name} | ${value} |\n`).join('')}`;
}
