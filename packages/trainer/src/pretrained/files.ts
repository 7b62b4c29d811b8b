import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexFile, shardFiles, weightsFile } from '../checkpoint/shards.ts';

/** The files of a checkpoint that say how text becomes tokens. One of the first two has to be there. */
export const tokenizerFileNames = ['vocab.txt', 'tokenizer.json', 'tokenizer_config.json'] as const;

/** What a checkpoint has to hold, for people. */
export const neededFiles = `config.json, ${weightsFile}, vocab.txt (or tokenizer.json) and tokenizer_config.json`;

/** The files that a checkpoint's folder lacks; none if it is whole. */
export function missingFiles(folder: string): string[] {
  const has = (file: string) => existsSync(join(folder, file));
  const missing = weightFiles(folder).filter((file) => !has(file));
  if (!has('config.json')) missing.unshift('config.json');
  if (!has('vocab.txt') && !has('tokenizer.json')) missing.push('vocab.txt');
  return missing;
}

/** The files of a whole checkpoint that are read. */
export function checkpointFiles(folder: string): string[] {
  const all = ['config.json', indexFile, ...weightFiles(folder), ...tokenizerFileNames];
  return all.filter((file) => existsSync(join(folder, file)) && !(file === indexFile && hasSingleFile(folder)));
}

function weightFiles(folder: string): string[] {
  const index = join(folder, indexFile);
  if (hasSingleFile(folder) || !existsSync(index)) return [weightsFile];
  return shardFiles(readFileSync(index, 'utf8'), index);
}

function hasSingleFile(folder: string): boolean {
  return existsSync(join(folder, weightsFile));
}
