import { describe, expect, it } from '@jest/globals';
import { createTokenizer, Random } from '@retort/shared';
import { augment, augmentedTexts } from './augment.ts';

const ids = Int32Array.from({ length: 1002 }, (_, i) => (i === 0 ? 2 : i === 1001 ? 3 : 100 + i));
const changed = (augmentation: { mask: number; drop: number }) => augment(ids, augmentation, 4, new Random(1));

describe('augment', () => {
  it('masks and drops about the shares asked for', () => {
    const result = changed({ mask: 0.2, drop: 0.1 });
    const masked = result.filter((id) => id === 4).length;
    expect(Math.abs(masked - 200)).toBeLessThan(40);
    expect(Math.abs(ids.length - result.length - 100)).toBeLessThan(30);
  });

  it('leaves the rest as it was, in its order', () => {
    const rest = changed({ mask: 0.3, drop: 0.3 }).filter((id) => id !== 4);
    expect([...rest].sort((a, b) => a - b).slice(2)).toEqual([...rest.slice(1, -1)]);
    expect([...rest].every((id) => ids.includes(id))).toBe(true);
  });

  it('keeps the first and the last token, whatever is dropped', () => {
    expect([...changed({ mask: 0, drop: 0.999_999 })]).toEqual([2, 3]);
  });
});

describe('augmentedTexts', () => {
  const tokenizer = createTokenizer(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a']);
  const texts = { labels: Int32Array.of(0, 1), texts: [ids, ids], isLong: [false, false], views: () => [ids, ids] };
  const options = { tokenizer, seed: 1, file: 'experiment.json' };
  const augmented = augmentedTexts(texts, { mask: 0.1, drop: 0.1 }, options);

  it('reads each text in its own way, in each epoch in another, and the same when asked again', () => {
    const read = [augmented.views(1), augmented.views(2)].flat();
    expect(new Set(read.map((view) => view.join())).size).toBe(4);
    expect([augmented.views(1), augmented.views(2)].flat()).toEqual(read);
  });

  it('is nothing where nothing is asked for', () => {
    expect(augmentedTexts(texts, undefined, options)).toBe(texts);
    expect(augmentedTexts(texts, { mask: 0, drop: 0 }, options)).toBe(texts);
  });

  it('says what to do where the vocabulary has no [MASK]', () => {
    const bare = { ...tokenizer, vocabulary: ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a'] };
    const refuse = () => augmentedTexts(texts, { mask: 0.1, drop: 0 }, { ...options, tokenizer: bare });
    expect(refuse).toThrow(
      expect.objectContaining({
        name: 'UserError',
        place: { file: 'experiment.json', field: 'student.augmentation.mask' },
      }),
    );
  });
});
