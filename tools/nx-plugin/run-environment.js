import { owners, stages } from './stages.js';

/**
 * Node's major version, the system and the processor's kind: a model's last bits differ between these, so that an
 * artifact made on one does not stand in for another's. An environment variable, because asking for it by a command
 * would cost each run a quarter of a second.
 */
export const platformVariable = 'RETORT_PLATFORM';

/** Which engine trains, and on what: `engineVariable` and `deviceVariable` of packages/trainer. */
const trained = ['RETORT_ENGINE', 'RETORT_DEVICE'];
/** In which precision OpenVINO computes: `precisionVariable` of packages/runtime. */
const precision = 'RETORT_PRECISION';

/** Stage -> the variables by which the environment asks for what computes it, so that they are part of what it is cached by. */
export const variablesOf = { finetune: [...trained, precision], distill: [...trained, precision], report: [precision] };

/**
 * What a run's environment gets.
 *
 * Stages print as they go, by whatever name they were asked for. Nx gives a task a pipe for its output, but Nx's own
 * standard input: where that is a terminal, a stage draws its live line there (`RETORT_LIVE`, see `createProgress` of
 * packages/shared). So the line is in no log and in no cache.
 */
export function runEnvironment(argv, { versions, platform, arch, stdin, stdout, env = {} }) {
  const environment = { [platformVariable]: `node${versions.node.split('.')[0]}-${platform}-${arch}` };
  const asked = argv.flatMap(watchedIn);
  if (asked.length === 0) return environment;
  // Told to stop, a training ends its step and writes a checkpoint; Nx would kill it after five seconds.
  environment[graceVariable] = env[graceVariable] ?? String(stopMilliseconds);
  environment.NX_TASKS_RUNNER_DYNAMIC_OUTPUT = 'false';
  // Nx would run the last task alone in a terminal of its own, whose control codes would get into the cache.
  environment.NX_NATIVE_COMMAND_RUNNER = 'false';
  // The tasks of the project that was asked for stream without this, and the builds keep to one line.
  if (asked.some(({ project }) => project === '' || shortNamed.includes(project)))
    environment.NX_STREAM_OUTPUT = 'true';
  // On Windows a console's input cannot be written to.
  if (stdin.isTTY && stdout.isTTY && platform !== 'win32') environment.RETORT_LIVE = 'stdin';
  return environment;
}

/** Milliseconds that Nx leaves a task that it has told to stop. */
const graceVariable = 'NX_PROCESS_KILL_GRACE_PERIOD';
/** For a step of a large model, and its checkpoint of a gigabyte. */
const stopMilliseconds = 120_000;
/** What people watch as it goes on: before `serve` and `classify` stages may run for long. */
const watched = new Set([...Object.keys(stages), 'seeds', 'find-lr', 'serve', 'classify']);
/** The projects that have short names for an experiment's targets. */
const shortNamed = [...owners, 'server'];

/** The watched targets that an argument names: `sample:distill`, `distill` (as after `-t`), `--targets=quantize,report`. */
function watchedIn(argument) {
  return argument
    .split(/[=,]/)
    .map((name) => ({ project: name.slice(0, Math.max(0, name.indexOf(':'))), target: name.split(':').at(-1) }))
    .filter(({ target }) => watched.has(target));
}
