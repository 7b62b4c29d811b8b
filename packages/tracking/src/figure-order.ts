/** What tells most of a run, by the last part of a figure's name. */
const telling = ['accuracy', 'loss', 'auroc', 'macroF1', 'texts', 'rows'];
/** The served model first. */
const models = ['student-int8', 'student', 'teacher-int8', 'teacher'];

/**
 * The order in which figures are shown, wherever they come from: jsonb keeps none. Accuracy comes before loss and these before the rest; `student.accuracy` before
 * parts of it such as `student.web.accuracy`; of a report the served student's first. Equal ones go by the alphabet.
 */
export function compareFigures(a: string, b: string): number {
  return rank(a) - rank(b) || Number(a > b) - Number(a < b);
}

/** The same figures in that order. */
export function orderFigures<T>(figures: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(figures).sort(([a], [b]) => compareFigures(a, b)));
}

function rank(name: string): number {
  const parts = name.split('.');
  const place = telling.indexOf(parts[parts.length - 1]);
  const model = parts.length === 1 ? 0 : 1 + placeIn(models, parts[0]);
  const what = place === -1 ? 2 * telling.length : place + (parts.length > 2 ? telling.length : 0);
  return what * (models.length + 2) + (place === -1 ? 0 : model);
}

function placeIn(list: readonly string[], item: string): number {
  const place = list.indexOf(item);
  return place === -1 ? list.length : place;
}
