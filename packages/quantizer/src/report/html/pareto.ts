/** The places of those that no other beats: none is both at most as costly and at least as accurate, and not the same. By cost, ascending. */
export function paretoFront(points: readonly { readonly cost: number; readonly accuracy: number }[]): number[] {
  const beaten = (i: number) =>
    points.some(
      ({ cost, accuracy }, j) =>
        j !== i &&
        cost <= points[i].cost &&
        accuracy >= points[i].accuracy &&
        (cost < points[i].cost || accuracy > points[i].accuracy),
    );
  return points
    .map((_, i) => i)
    .filter((i) => !beaten(i))
    .sort((a, b) => points[a].cost - points[b].cost);
}
