import { describe, expect, it } from '@jest/globals';
import { UserError } from '../errors.ts';
import { type Command, runProgram } from './command.ts';

/** A program with two commands; `distill` prints the options that it gets. */
async function run(...args: string[]) {
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    exitCode: 0,
  };
  const commands: Record<string, Command> = {
    finetune: {
      help: 'Trains the teacher.',
      options: {},
      run: async () => {
        throw new UserError('the teacher is late', { remedy: 'wait for it' });
      },
    },
    distill: {
      help: 'Trains the student.',
      options: {
        experiment: { type: 'string', value: 'NAME', help: 'the experiment', default: 'sample' },
        device: { type: 'string', help: 'where to run' },
        verbose: { type: 'boolean', help: 'tells more' },
      },
      run: async (options) => {
        stdout += JSON.stringify(options);
      },
    },
  };
  await runProgram('trainer', commands, args, io);
  return { exitCode: io.exitCode, stdout, stderr };
}

describe('runProgram', () => {
  const usage = [
    'usage: trainer COMMAND [options]',
    '',
    '  finetune  Trains the teacher.',
    '  distill   Trains the student.',
    '',
    'trainer COMMAND --help tells more.',
    '',
  ].join('\n');

  it.each(['--help', '-h'])('lists the commands with %s', async (flag) => {
    expect(await run(flag)).toEqual({ exitCode: 0, stdout: usage, stderr: '' });
  });

  it('fails without a command, and lists them', async () => {
    expect(await run()).toEqual({ exitCode: 1, stdout: '', stderr: usage });
  });

  it('explains a command', async () => {
    expect(await run('distill', '--help')).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        'usage: trainer distill [options]',
        '',
        'Trains the student.',
        '',
        '  --experiment NAME  the experiment (default: sample)',
        '  --device VALUE     where to run',
        '  --verbose          tells more',
        '  --help             this text',
        '',
      ].join('\n'),
    });
  });

  it('gives the command its options, and the defaults of the others', async () => {
    const { stdout } = await run('distill', '--device', 'cpu', '--verbose');
    expect(JSON.parse(stdout)).toEqual({ experiment: 'sample', device: 'cpu', verbose: true });
  });

  it.each([
    [['distil'], 'trainer has no command "distil"', 'did you mean "distill"?'],
    [['toString'], 'trainer has no command "toString"', 'see trainer --help'],
    [['distill', '--experimant=x'], "Unknown option '--experimant'", 'did you mean "--experiment"?'],
    [['distill', '--frobnicate'], "Unknown option '--frobnicate'", 'see trainer distill --help'],
    [['distill', '--device'], "Option '--device <value>' argument missing", 'see trainer distill --help'],
    [['distill', 'sample'], "Unexpected argument 'sample'", 'see trainer distill --help'],
    [['finetune'], 'the teacher is late', 'wait for it'],
  ])('fails on %j with one clear error', async (args, what, remedy) => {
    expect(await run(...args)).toEqual({ exitCode: 1, stdout: '', stderr: `error: ${what}\n  do: ${remedy}\n` });
  });
});
