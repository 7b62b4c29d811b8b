/**
 * The area under the ROC curve: how probable it is that a positive scores above a negative, ties counting one half
 * (Mann and Whitney's U, by mid-ranks). Null if either kind is missing: then there is nothing to rank.
 */
export function binaryAuroc(scores: Float64Array, isPositive: (index: number) => boolean): number | null {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const midRank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) {
      if (!isPositive(order[i])) continue;
      positives++;
      rankSum += midRank;
    }
    start = end;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
