/** Words longer than this, in code points, are unknown. */
const maxWordLength = 100;

/** Cuts a word into the longest pieces that the vocabulary has, from left to right; all of it is unknown if one part is. */
export function wordPieces(word: string, idOf: ReadonlyMap<string, number>, unkId: number): readonly number[] {
  if (word.length > maxWordLength && [...word].length > maxWordLength) return [unkId];
  const pieces: number[] = [];
  let start = 0;
  while (start < word.length) {
    const prefix = start === 0 ? '' : '##';
    let end = word.length;
    let id: number | undefined;
    // An end within a surrogate pair does no harm: no entry of a vocabulary ends in half a character.
    for (; end > start; end--) {
      id = idOf.get(prefix + word.slice(start, end));
      if (id !== undefined) break;
    }
    if (id === undefined) return [unkId];
    pieces.push(id);
    start = end;
  }
  return pieces;
}
