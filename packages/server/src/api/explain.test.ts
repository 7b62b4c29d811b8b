import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { postJson, readJson, testApp, tinyService } from '../../test/test-app.ts';
import type { ClassifyResponse } from './classify.ts';
import { joinToAtMost, sentencesOf } from './explain.ts';
import { limits } from './limits.ts';

const { service } = tinyService();
const app = testApp(service);

const explain = async (text: string, more = {}) => {
  const response = await postJson(app(), '/v1/classify', { text, explain: 'sentences', truncate: 'windows', ...more });
  const { results } = await readJson<ClassifyResponse>(response);
  return results[0].sentences ?? [];
};

describe('explain', () => {
  it('tells what each sentence adds to the log-odds of each label', async () => {
    // In the tiny model "well" adds 1.5 to human, "delve" 2 to ai; with two labels log-odds are the difference of the logits.
    const sentences = await explain('Well. We delve.');
    expect(sentences).toEqual([
      { start: 0, end: 6, contributions: { human: expect.closeTo(1.5, 5), ai: expect.closeTo(-1.5, 5) } },
      { start: 6, end: 15, contributions: { human: expect.closeTo(-2, 5), ai: expect.closeTo(2, 5) } },
    ]);
  });

  it('has nothing to leave out of one sentence', async () => {
    expect(await explain('We delve')).toEqual([{ start: 0, end: 8, contributions: { human: 0, ai: 0 } }]);
  });

  it('takes neighbours together where there are too many sentences', async () => {
    const sentences = await explain('A b. '.repeat(4 * limits.sentences));
    expect(sentences.length).toBeLessThanOrEqual(limits.sentences);
    expect([sentences[0].start, sentences.at(-1)?.end]).toEqual([0, 20 * limits.sentences]);
  });

  it('reads no more for it than it may', async () => {
    let inputs = 0;
    const stop = service().observe({
      batch: ({ size }) => {
        inputs += size;
      },
    });
    const text = 'The well. '.repeat(300);
    await explain(text, { truncate: 'windows' });
    stop();
    const windows = Math.ceil(900 / 6);
    expect(inputs).toBeLessThanOrEqual(windows + Math.max(limits.explanationInputs, 2 * windows));
  });
});

describe('sentencesOf', () => {
  it('is all of any text, in order', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parts = sentencesOf(text);
        return parts.map(({ start, end }) => text.slice(start, end)).join('') === text;
      }),
    );
  });
});

describe('joinToAtMost', () => {
  it('leaves no part out and none empty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 40 }), (count, most) => {
        const parts = Array.from({ length: count }, (_, i) => ({ start: i, end: i + 1 }));
        const joined = joinToAtMost(parts, most);
        const sizes = joined.map(({ start, end }) => end - start);
        expect(joined).toHaveLength(Math.min(count, most));
        expect(sizes.reduce((a, b) => a + b)).toBe(count);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
