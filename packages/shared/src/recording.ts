/**
 * What a program needs that reads the records of runs, and nothing more. One starts beside every stage: the tokenizer, the readers of data and the schemas of
 * experiments would cost it more than its work.
 */
export { formatChecksums } from './artifact/inputs.ts';
export type { Manifest } from './artifact/manifest.ts';
export { readManifest } from './artifact/read.ts';
export {
  isRunning,
  listRecords,
  type RunRecord,
  readRecord,
  recordFolder,
  writeRecord,
} from './artifact/run-record.ts';
export { UserError } from './errors.ts';
export { parseExperimentName } from './experiment/seeds.ts';
export { stages } from './experiment/stages.ts';
export { findWorkspace } from './experiment/workspace.ts';
export { sha256 } from './files.ts';
export { isAlive } from './processes.ts';
export { type Command, runProgram } from './terminal/command.ts';
