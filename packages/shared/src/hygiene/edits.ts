/** A text with some of its characters replaced. */
export interface Edited {
  readonly text: string;
  /** The place in the text before the edits of a place in the text after them, both in UTF-16 units. */
  readonly toOriginal: (offset: number) => number;
}

/**
 * Replaces what `pattern` (with the flag g) finds, as String.replace does; `replacement` may give back what it got. What is removed
 * belongs to the character before it, at the beginning of the text to the one after it: so stretches that follow each other in
 * the new text stand for stretches that follow each other in the old one, and nothing is left between them.
 */
export function edit(text: string, pattern: RegExp, replacement: (found: string, at: number) => string): Edited {
  let edited = '';
  let copied = 0;
  // From `starts[i]` of the new text on, the old text goes on at `origins[i]`.
  const starts = [0];
  const origins = [0];
  for (const { 0: found, index } of text.matchAll(pattern)) {
    const other = replacement(found, index);
    if (other === found) continue;
    edited += text.slice(copied, index) + other;
    copied = index + found.length;
    if (other.length !== found.length) {
      starts.push(edited.length);
      origins.push(copied);
    }
  }
  if (copied === 0) return unchanged(text);
  edited += text.slice(copied);
  const end = edited.length;
  if (starts.length === 1 && end === text.length) return unchanged(edited);
  const toOriginal = (offset: number) => {
    if (offset <= 0 || offset >= end) return offset <= 0 ? 0 : text.length;
    const i = lastAtMost(starts, offset);
    // Within what became longer there is no place of its own.
    return Math.min(origins[i] + offset - starts[i], origins[i + 1] ?? text.length);
  };
  return { text: edited, toOriginal };
}

/** No place has moved. */
export function unchanged(text: string): Edited {
  return { text, toOriginal: (offset) => Math.min(Math.max(offset, 0), text.length) };
}

/** The last place in an ascending list whose value does not exceed `value`. */
function lastAtMost(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (ascending[middle] <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
