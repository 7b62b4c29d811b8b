import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { formatCounts, sumCounts } from './count-tests.js';

describe('sumCounts', () => {
  let workspace;
  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'retort-'));
  });
  afterEach(() => rmSync(workspace, { recursive: true }));

  const write = (project, counts) => {
    mkdirSync(join(workspace, project, 'coverage'), { recursive: true });
    writeFileSync(join(workspace, project, 'coverage/count.json'), JSON.stringify(counts));
  };

  it('adds up packages, apps and the tools, and passes over a project without tests', () => {
    mkdirSync(join(workspace, 'packages/server'), { recursive: true });
    write('packages/shared', { passed: 5, failed: 1, skipped: 0 });
    write('apps/dashboard', { passed: 2, failed: 0, skipped: 3 });
    write('tools', { passed: 10, failed: 0, skipped: 0 });
    expect(formatCounts(sumCounts(workspace))).toBe('17 passed, 1 failed, 3 skipped');
  });

  it('is zero in an empty workspace', () => {
    expect(formatCounts(sumCounts(workspace))).toBe('0 passed, 0 failed, 0 skipped');
  });
});
