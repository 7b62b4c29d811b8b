export { type Command, type Option, runProgram } from './command.ts';
export { tellAtLast } from './last-words.ts';
export { createProgress, formatDuration, type Progress, type ProgressOptions } from './progress.ts';
export { stageCommand } from './stage-command.ts';
