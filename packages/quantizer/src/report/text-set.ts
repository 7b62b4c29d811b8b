import { basename } from 'node:path';
import {
  type EvaluationConfig,
  type Experiment,
  readSource,
  readSourceFile,
  type Split,
  UserError,
} from '@retort/shared';

/** Labelled texts that models are scored on; all lists have one entry for each text. */
export interface TextSet {
  /** `test`, or the name of an evaluation. */
  readonly name: string;
  /** Relative to the workspace, or of the split's name. */
  readonly file: string;
  readonly sha256: string;
  /** Of the test split its ids, of a CSV file the lines, from 1, on which the rows start. */
  readonly ids: Int32Array;
  readonly texts: readonly string[];
  /** Places in the list of label names. */
  readonly labels: Int32Array;
  readonly sources: readonly string[];
  /** Rows of the file that were left out: without a text or a label, or with another number of fields than the header. */
  readonly rejected: number;
}

export function splitTexts({ name, ids, texts, labels, sources }: Split, sha256: string): TextSet {
  return { name, file: `${name}.parquet`, sha256, ids, texts, labels, sources, rejected: 0 };
}

/** Reads the file of an evaluation. A UserError names the line that is wrong, or says that no row is of use. */
export function readEvaluation(
  experiment: Experiment,
  config: EvaluationConfig,
  labelNames: readonly string[],
): TextSet {
  const { csv, file, sha256 } = readSourceFile(experiment, config);
  const { examples, rejects } = readSource(csv, {
    file,
    index: 0,
    config,
    labelNames,
    maxTextLength: Number.POSITIVE_INFINITY,
  });
  if (examples.length === 0) {
    throw new UserError(`no row of the file has a text and a label: the first lacks ${rejects[0]?.reason ?? 'both'}`, {
      place: { file, line: rejects[0]?.line },
      remedy: `correct the columns of the evaluation "${config.name}" in experiment.json`,
    });
  }
  return {
    name: config.name,
    file,
    sha256,
    ids: Int32Array.from(examples, ({ line }) => line),
    texts: examples.map(({ text }) => text),
    labels: Int32Array.from(examples, ({ label }) => label),
    sources: examples.map(({ source }) => source || basename(file)),
    rejected: rejects.length,
  };
}
