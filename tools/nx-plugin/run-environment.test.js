import { describe, expect, it } from '@jest/globals';
import { runEnvironment } from './run-environment.js';

const process = {
  versions: { node: '22.14.0' },
  platform: 'linux',
  arch: 'x64',
  stdin: { isTTY: true },
  stdout: { isTTY: true },
};
const environment = (command, changes = {}) =>
  runEnvironment(['node', 'nx.js', ...command.split(' ')], { ...process, ...changes });

describe('runEnvironment', () => {
  it('names what models differ by', () => {
    expect(environment('run-many -t build')).toEqual({ RETORT_PLATFORM: 'node22-linux-x64' });
  });

  it.each([
    'run sample:report',
    'run sample@2:report',
    'run sample:seeds',
    'run sample:find-lr',
    'run sample:serve',
    'run sample:classify',
    'report sample',
    'run-many -t prepare report',
    'affected --targets=distill,quantize',
  ])('lets people watch `nx %s`', (command) => {
    expect(environment(command)).toMatchObject({ RETORT_LIVE: 'stdin', NX_TASKS_RUNNER_DYNAMIC_OUTPUT: 'false' });
  });

  it('gives a training that is told to stop the time for its checkpoint', () => {
    expect(environment('run sample:finetune')).toHaveProperty('NX_PROCESS_KILL_GRACE_PERIOD', '120000');
  });

  it('leaves that time to whoever has set it', () => {
    const env = { NX_PROCESS_KILL_GRACE_PERIOD: '9000' };
    expect(environment('run sample:finetune', { env })).toMatchObject(env);
  });

  it('draws no live line when the output is no terminal', () => {
    expect(environment('run sample:report', { stdout: {} })).not.toHaveProperty('RETORT_LIVE');
  });

  it('draws no live line when the input is no terminal', () => {
    expect(environment('run sample:report', { stdin: {} })).not.toHaveProperty('RETORT_LIVE');
  });

  it('draws no live line on Windows', () => {
    expect(environment('run sample:report', { platform: 'win32' })).not.toHaveProperty('RETORT_LIVE');
  });

  it.each(['trainer:distill', 'server:serve'])('streams the tasks behind the short name %s', (name) => {
    expect(environment(`run ${name}`)).toHaveProperty('NX_STREAM_OUTPUT', 'true');
  });

  it('leaves the builds before an experiment at one line each', () => {
    expect(environment('run sample:distill')).not.toHaveProperty('NX_STREAM_OUTPUT');
  });
});
