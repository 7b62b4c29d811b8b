import { describe, expect, it } from '@jest/globals';
import { exampleResults as results } from '../../testing/results.ts';
import { resultsPage } from './page.ts';

const page = resultsPage(results);
const voidTags = new Set(['meta']);

describe('resultsPage', () => {
  it('closes every element in the order in which they were opened', () => {
    const open: string[] = [];
    for (const [, end, name, itself] of page
      .replace('<!doctype html>', '')
      .matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/gi)) {
      if (end !== '') expect(open.pop()).toBe(name);
      else if (itself === '' && !voidTags.has(name)) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('refers to nothing outside of itself', () => {
    expect(page).not.toMatch(/https?:|\bsrc=|\bhref=|@import|url\(|<script|<link|<iframe/i);
  });

  it('has no markup out of names', () => {
    expect(page).toContain('&#60;script&#62;');
  });

  it('draws size, latency, reliability and ROC for each evaluation', () => {
    const labels = [...page.matchAll(/<svg role="img" [^>]*aria-label="([^"]*)"/g)].map(([, label]) => label);
    const each = ['Reliability diagram', 'ROC curve of a|i'];
    expect(labels).toEqual(['Accuracy against size in MB', 'Accuracy against ms a text, median', ...each, ...each]);
  });

  it('draws nothing outside of the charts', () => {
    const points = [...page.matchAll(/<circle cx="([^"]*)" cy="([^"]*)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(points.length).toBeGreaterThan(4);
    for (const [x, y] of points) {
      expect(x).toBeGreaterThanOrEqual(60);
      expect(x).toBeLessThanOrEqual(446);
      expect(y).toBeGreaterThanOrEqual(12);
      expect(y).toBeLessThanOrEqual(276);
    }
  });

  it('has a matrix of confusion for each model', () => {
    expect(page.match(/<table class="confusion">/g)).toHaveLength(4);
    expect(page).toContain('<td style="--share:0.960">120</td><td style="--share:0.040">5</td>');
  });

  it('has precision, recall and F1 of each label', () => {
    expect(page).toContain('<h3>Precision, recall and F1 by label</h3>');
    expect(page).toContain('<td>0.9450</td><td>0.9600</td><td>0.9520</td>');
  });

  it('is for dark screens, phones and paper, too', () => {
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('width=device-width');
    expect(page).toContain('@media print');
  });
});
