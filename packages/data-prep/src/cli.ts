#!/usr/bin/env node
import { loadExperiment, runProgram } from '@retort/shared';
import { prepare } from './prepare.ts';

await runProgram('data-prep', {
  prepare: {
    help: 'make the dataset of an experiment out of its CSV sources',
    options: { experiment: { type: 'string', value: 'NAME', help: 'a folder of experiments/', default: 'sample' } },
    async run({ experiment }) {
      await prepare(loadExperiment(String(experiment)));
    },
  },
});
