import { describe, expect, it } from '@jest/globals';
import { tinyService } from '../../test/test-app.ts';
import { answerOf } from '../api/answer.ts';
import type { Variant } from '../inference/index.ts';
import { classifyTexts } from './classify-texts.ts';

const { service } = tinyService();
const use = <T>(work: (variant: Variant) => Promise<T>) => service().use('windows', work);

describe('classifyTexts', () => {
  it('gives the answers that the texts have one by one, in their order', () =>
    use(async (variant) => {
      const texts = ['well well', 'delve', 'the delve well the well well well', 'well delve delve', 'the'];
      const alone = [];
      for (const text of texts) alone.push(answerOf(variant, (await variant.read([text]))[0]));
      expect(await classifyTexts(variant, texts, { atOnce: 3 })).toEqual(alone);
    }));

  it('has none for blank texts, and counts them as done', () =>
    use(async (variant) => {
      const done: number[] = [];
      const answers = await classifyTexts(variant, ['', 'well', ' \n'], { atOnce: 1, onText: (n) => done.push(n) });
      expect(answers.map((answer) => answer?.label)).toEqual([undefined, 'human', undefined]);
      expect(done).toEqual([1, 2, 3]);
    }));

  it('has no more texts under way than it may', () =>
    use(async (variant) => {
      let [now, most] = [0, 0];
      const watched: Variant = {
        ...variant,
        read: async (texts, options) => {
          most = Math.max(most, ++now);
          const readings = await variant.read(texts, options);
          now--;
          return readings;
        },
      };
      await classifyTexts(watched, Array(20).fill('well'), { atOnce: 4 });
      expect(most).toBe(4);
    }));

  it('ends with the first error, and begins nothing more', () =>
    use(async (variant) => {
      let asked = 0;
      const failing: Variant = {
        ...variant,
        read: async (texts, options) => {
          if (++asked === 3) throw new Error('no more');
          return variant.read(texts, options);
        },
      };
      await expect(classifyTexts(failing, Array(50).fill('well'), { atOnce: 2 })).rejects.toThrow('no more');
      for (let i = 0; i < 5; i++) await variant.read(['well']); // Longer than what was under way.
      expect(asked).toBeLessThan(6);
    }));

  it('ends where it is told to', () =>
    use(async (variant) => {
      const stop = new AbortController();
      const ended = classifyTexts(variant, Array(50).fill('well'), {
        ...{ atOnce: 2, signal: stop.signal },
        onText: () => stop.abort(),
      });
      await expect(ended).rejects.toThrow('the caller has given up');
    }));
});
