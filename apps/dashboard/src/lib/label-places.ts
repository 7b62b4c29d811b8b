/** A mark whose name is to be written beside it, in pixels. */
export interface Mark {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Where a name goes, from its mark. */
export interface LabelPlace {
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

const letter = 6.1;
const line = 13;
const radius = 7;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * A place for each name beside its mark where it touches no other name, no mark, and stays between `left` and `right`; the first that does, of right, left,
 * above, below and further away. Null where there is none: the name is told on hovering.
 */
export function placeLabels(
  marks: readonly Mark[],
  { left = 0, right }: { left?: number; right: number },
): (LabelPlace | null)[] {
  const taken: Box[] = marks.map(({ x, y }) => ({
    left: x - radius,
    right: x + radius,
    top: y - radius,
    bottom: y + radius,
  }));
  return marks.map((mark, i) => {
    const place = candidates.find((candidate) => {
      const box = boxOf(mark, candidate);
      return (
        box.left >= left &&
        box.right <= right &&
        box.top >= 0 &&
        !taken.some((other, j) => j !== i && overlap(box, other))
      );
    });
    if (place === undefined) return null;
    taken.push(boxOf(mark, place));
    return place;
  });
}

const shifts = [0, -line, line, -2 * line, 2 * line, -3 * line, 3 * line];
const candidates: readonly LabelPlace[] = [
  ...shifts.flatMap((dy): LabelPlace[] => [
    { dx: 10, dy, anchor: 'start' },
    { dx: -10, dy, anchor: 'end' },
  ]),
  { dx: 0, dy: -16, anchor: 'middle' },
  { dx: 0, dy: 16, anchor: 'middle' },
];

function boxOf({ x, y, text }: Mark, { dx, dy, anchor }: LabelPlace): Box {
  const width = letter * text.length;
  const start = { start: 0, middle: width / 2, end: width }[anchor];
  return { left: x + dx - start, right: x + dx - start + width, top: y + dy - line / 2, bottom: y + dy + line / 2 };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}
