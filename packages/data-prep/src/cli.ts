#!/usr/bin/env node
import { runProgram, stageCommand } from '@retort/shared';
import { prepare } from './prepare.ts';

await runProgram('data-prep', {
  prepare: stageCommand('prepare', 'Makes the dataset of an experiment out of its CSV sources.', prepare),
});
