/** Thresholds from `low` (exclusive) to `high` that decide all texts as rightly as each other. */
interface Plateau {
  readonly low: number;
  high: number;
  readonly right: number;
}

export interface FittedThreshold {
  /** Label 1 is the answer where its probability is at least this. */
  readonly threshold: number;
  /** Share of right answers with it. */
  readonly accuracy: number;
}

/**
 * The threshold on the probability of label 1, of two, with the most right answers. All thresholds between the probabilities of two texts
 * do equally well: of such a plateau it is the middle, and of several the one nearest to 0.5. Undefined where a label has no text: then
 * there is nothing to tell apart. `probabilities`: [n]; `labels`: [n], 0 or 1.
 */
export function fitThreshold(probabilities: Float64Array, labels: Int32Array): FittedThreshold | undefined {
  const ones = labels.reduce((count, label) => count + label, 0);
  if (ones === 0 || ones === labels.length) return undefined;
  let best: Plateau | undefined;
  for (const plateau of plateaus(probabilities, labels, ones)) {
    const better =
      best === undefined ||
      plateau.right > best.right ||
      (plateau.right === best.right && Math.abs(middle(plateau) - 0.5) < Math.abs(middle(best) - 0.5));
    if (better) best = plateau;
  }
  return best && { threshold: middle(best), accuracy: best.right / labels.length };
}

/** All of them from 0 to 1, ascending. */
function plateaus(probabilities: Float64Array, labels: Int32Array, ones: number): Plateau[] {
  const order = Uint32Array.from(labels, (_, i) => i).sort((a, b) => probabilities[a] - probabilities[b]);
  let right = ones; // At the lowest threshold label 1 is the answer to all.
  const found: Plateau[] = [{ low: 0, high: probabilities[order[0]], right }];
  for (let start = 0; start < order.length; ) {
    const low = probabilities[order[start]];
    let end = start;
    // Above this probability, the texts that have it are answered with label 0.
    do right += labels[order[end]] === 0 ? 1 : -1;
    while (++end < order.length && probabilities[order[end]] === low);
    const high = end < order.length ? probabilities[order[end]] : 1;
    const last = found[found.length - 1];
    if (last.right === right) last.high = high;
    else if (high > low) found.push({ low, high, right });
    start = end;
  }
  return found;
}

/** Where two neighbouring numbers have none between them, the higher one: the lower decides as the plateau below. */
function middle({ low, high }: Plateau): number {
  const between = (low + high) / 2;
  return between > low ? between : high;
}
