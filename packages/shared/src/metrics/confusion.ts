/** How well one label is told from the others. */
export interface LabelScore {
  /** Texts that have the label. */
  readonly n: number;
  /** Share of the texts that were given the label and have it; null where none was. */
  readonly precision: number | null;
  /** Share of the texts of the label that were given it; null where there are none. */
  readonly recall: number | null;
  /** Their harmonic mean; null where the label occurs on neither side. */
  readonly f1: number | null;
}

/** `matrix[i][j]`: texts of label i that were taken for label j. `predictions` and `labels`: [n]. */
export function confusionMatrix(predictions: Int32Array, labels: Int32Array, labelCount: number): number[][] {
  const matrix = Array.from({ length: labelCount }, () => Array.from({ length: labelCount }, () => 0));
  labels.forEach((label, i) => void matrix[label][predictions[i]]++);
  return matrix;
}

/** The scores of each label, out of a confusion matrix. */
export function labelScores(matrix: readonly (readonly number[])[]): LabelScore[] {
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  return matrix.map((row, label) => {
    const n = row.reduce((sum, count) => sum + count, 0);
    const given = matrix.reduce((sum, other) => sum + other[label], 0);
    const hits = row[label];
    return { n, precision: share(hits, given), recall: share(hits, n), f1: share(2 * hits, n + given) };
  });
}
