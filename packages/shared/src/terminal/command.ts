import { type ParseArgsConfig, parseArgs } from 'node:util';
import { formatError, nearest, UserError } from '../errors.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  /** What it does, in one line. */
  readonly help: string;
  /** How the value is called in the help, such as `NAME`. */
  readonly value?: string;
  readonly default?: string;
}

/** One command of a program: `trainer distill --experiment sample`. */
export interface Command {
  readonly help: string;
  readonly options: Readonly<Record<string, Option>>;
  run(options: Readonly<Record<string, string | boolean | undefined>>): Promise<void>;
}

/** What a program writes to and how it tells that it failed: a part of `process`. */
export interface ProgramIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  exitCode?: NodeJS.Process['exitCode'];
}

/** Runs the command that the arguments name; prints help, or one clear error and exits with 1, as without a command. */
export async function runProgram(
  program: string,
  commands: Readonly<Record<string, Command>>,
  args: readonly string[] = process.argv.slice(2),
  io: ProgramIo = process,
): Promise<void> {
  try {
    await dispatch(program, commands, args, io);
  } catch (error) {
    io.stderr.write(`${formatError(error)}\n`);
    io.exitCode = 1;
  }
}

async function dispatch(
  program: string,
  commands: Readonly<Record<string, Command>>,
  args: readonly string[],
  io: ProgramIo,
): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined) {
    io.stderr.write(programHelp(program, commands));
    io.exitCode = 1;
    return;
  }
  if (name === '--help' || name === '-h') {
    io.stdout.write(programHelp(program, commands));
    return;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const near = nearest(name, Object.keys(commands));
    throw new UserError(`${program} has no command "${name}"`, {
      remedy: near === undefined ? `see ${program} --help` : `did you mean "${near}"?`,
    });
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(commandHelp(program, name, command));
    return;
  }
  await command.run(parseOptions(program, name, command, rest));
}

function parseOptions(program: string, name: string, command: Command, args: readonly string[]) {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [key, { type, default: value }] of Object.entries(command.options)) {
    options[key] = value === undefined ? { type } : { type, default: value };
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values as Record<
      string,
      string | boolean | undefined
    >;
  } catch (cause) {
    const unknown = /Unknown option '--([^']*)'/.exec((cause as Error).message)?.[1];
    const near = unknown === undefined ? undefined : nearest(unknown, Object.keys(command.options));
    throw new UserError((cause as Error).message.split('. ')[0], {
      remedy: near === undefined ? `see ${program} ${name} --help` : `did you mean "--${near}"?`,
      cause,
    });
  }
}

function programHelp(program: string, commands: Readonly<Record<string, Command>>): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = Object.entries(commands).map(([name, { help }]) => `  ${name.padEnd(width)}  ${help}`);
  return `usage: ${program} COMMAND [options]\n\n${lines.join('\n')}\n\n${program} COMMAND --help tells more.\n`;
}

function commandHelp(program: string, name: string, command: Command): string {
  const rows = Object.entries({
    ...command.options,
    help: { type: 'boolean', help: 'this text' } satisfies Option,
  }).map(([key, option]: [string, Option]) => [
    `--${key}${option.type === 'string' ? ` ${option.value ?? 'VALUE'}` : ''}`,
    option.help + (option.default === undefined ? '' : ` (default: ${option.default})`),
  ]);
  const width = Math.max(...rows.map(([flag]) => flag.length));
  const lines = rows.map(([flag, help]) => `  ${flag.padEnd(width)}  ${help}`);
  return `usage: ${program} ${name} [options]\n\n${command.help}\n\n${lines.join('\n')}\n`;
}
