import { parquetWriteFile } from 'hyparquet-writer';
import type { Scored } from './figures.ts';
import type { TextSet } from './text-set.ts';

/**
 * Writes what all models say of a set of texts as Parquet, a row a text: `id` (of the test split; of a CSV file the line), `label`, `source`,
 * and for each model and label a column `<model>:<label>` with the logit, the mean over the text's windows. Probabilities are the softmax of
 * a row's logits divided by the model's temperature, which `results.json` tells.
 */
export function writePredictions(
  filename: string,
  models: readonly Scored[],
  set: TextSet,
  labelNames: readonly string[],
): void {
  const count = labelNames.length;
  parquetWriteFile({
    filename,
    columnData: [
      { name: 'id', type: 'INT32', data: set.ids },
      { name: 'label', type: 'STRING', data: Array.from(set.labels, (label) => labelNames[label]) },
      { name: 'source', type: 'STRING', data: [...set.sources] },
      ...models.flatMap(({ name, logits }) =>
        labelNames.map((label, i) => ({
          name: `${name}:${label}`,
          type: 'FLOAT' as const,
          data: logits.filter((_, place) => place % count === i),
        })),
      ),
    ],
  });
}
