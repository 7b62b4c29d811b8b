interface Point {
  readonly cost: number;
  readonly accuracy: number;
}

/** Those that no other beats, by cost, ascending: none is at most as costly and at least as accurate, and better in one of both. */
export function paretoFront<T extends Point>(points: readonly T[]): T[] {
  const front: T[] = [];
  const order = [...points].sort((a, b) => a.cost - b.cost || b.accuracy - a.accuracy);
  for (const point of order) {
    const best = front.at(-1);
    const same = best !== undefined && best.cost === point.cost && best.accuracy === point.accuracy;
    if (best === undefined || same || point.accuracy > best.accuracy) front.push(point);
  }
  return front;
}
