import { type NormalizeOptions, normalize, wordPlaces } from './normalize.ts';

/**
 * Where each of the tokens stands in the stretch of text that they were made of: start and end of the first, then of the second. What was
 * removed beside a token belongs to none. `ids` may be only the first of them.
 */
export function tokenOffsets(
  stretch: string,
  ids: readonly number[],
  { vocabulary, unkId, options }: { vocabulary: readonly string[]; unkId: number; options: NormalizeOptions },
): number[] {
  if (plain.test(stretch)) return plainOffsets(stretch, ids, vocabulary, unkId);
  const { text, starts, ends } = normalizeWithPlaces(stretch, options);
  const offsets: number[] = [];
  const places = wordPlaces(text);
  for (let word = 0; word < places.length && offsets.length < 2 * ids.length; word += 2) {
    const wordEnd = places[word + 1];
    for (let at = places[word]; at < wordEnd && offsets.length < 2 * ids.length; ) {
      const id = ids[offsets.length / 2];
      // An unknown token is the whole word; pieces after the first begin with ## in the vocabulary.
      const end = id === unkId ? wordEnd : at + vocabulary[id].length - (at === places[word] ? 0 : 2);
      offsets.push(starts[at], ends[end - 1]);
      at = end;
    }
  }
  return offsets;
}

/** One word of which normalization removes and adds nothing, as nearly all of an English text are. */
const plain = /^(?:[0-9A-Za-z]+|[!-~])$/;

function plainOffsets(word: string, ids: readonly number[], vocabulary: readonly string[], unkId: number): number[] {
  const offsets: number[] = [];
  let start = 0;
  for (const id of ids) {
    // An unknown token is the whole word; pieces after the first begin with ## in the vocabulary.
    const end = id === unkId ? word.length : start + vocabulary[id].length - (start === 0 ? 0 : 2);
    offsets.push(start, end);
    start = end;
  }
  return offsets;
}

/** The normalized stretch, and for each of its UTF-16 units from where to where in the stretch it comes. */
function normalizeWithPlaces(stretch: string, options: NormalizeOptions) {
  const whole = normalize(stretch, options);
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let place = 0;
  for (const character of stretch) {
    const clean = normalize(character, options);
    const end = place + character.length;
    for (let i = 0; i < clean.length; i++) {
      starts.push(place);
      ends.push(end);
    }
    text += clean;
    place = end;
  }
  if (text === whole) return { text, starts, ends };
  // Marks that changed places, which is rare: each token is said to come from all of the stretch.
  return { text: whole, starts: Array(whole.length).fill(0), ends: Array(whole.length).fill(stretch.length) };
}
