import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Stands in for every stage: its output tells its configuration and what it read. */
const [stage, , experiment] = process.argv.slice(2);
const read = (file: string) => readFileSync(file, 'utf8');
const config = JSON.parse(read(`experiments/${experiment}/experiment.json`));
const mine: Record<string, string> = { prepare: 'data', finetune: 'teacher', distill: 'losses' };
const folder = `artifacts/${experiment}`;
mkdirSync(`${folder}/${stage}`, { recursive: true });
const others = readdirSync(folder).filter((name) => name !== stage && name !== 'report');
const checksums =
  stage === 'prepare'
    ? config.data.sources.map(({ path }: { path: string }) => read(`.${path}`))
    : others.map((name) => read(`${folder}/${name}/checksums.txt`));
writeFileSync(`${folder}/${stage}/checksums.txt`, JSON.stringify([stage, config[mine[stage] ?? ''], checksums]));
writeFileSync(`${folder}/${stage}/manifest.json`, JSON.stringify({ endedAt: Date.now() }));
appendFileSync('runs.log', `${stage}\n`);
console.log(`the table of ${stage}`);
