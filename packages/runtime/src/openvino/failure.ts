import { UserError } from '@retort/shared';
import { OpenVinoError } from './bindings.ts';

/** What OpenVINO's refusal means to whoever asked for it; anything else is given back as it is. */
export function describeFailure(cause: unknown, what: string, file?: string): unknown {
  if (!(cause instanceof OpenVinoError)) return cause;
  const memory = /bad_alloc|out of memory|allocat|larger than the maximum|length_error/i.test(cause.message);
  return new UserError(
    memory ? `${what}: the memory does not suffice (${essence(cause.message)})` : `${what}: ${essence(cause.message)}`,
    {
      place: file === undefined ? {} : { file },
      remedy: memory ? 'use smaller batches or shorter texts' : remedyOf(cause.message),
      cause,
    },
  );
}

function remedyOf(message: string): string {
  const unread = /could not open|can't open|no such file|not exist|unable to read|failed to parse|not enough space/i;
  if (unread.test(message)) return 'give a whole ONNX file, such as a stage wrote it';
  return 'use the device cpu, which runs it by onnxruntime, or another version of OpenVINO: from 2026.3 on it runs all graphs of training';
}

/** Lines that name places in OpenVINO's sources, or only what follows. */
const placeOrTitle =
  /^(Exception from|Check '.*failed at|\[ ?GENERAL_ERROR|While validating|To facilitate|.*: *$)|FrontEnd API failed/;

/** OpenVINO says first where in its sources it stopped, then what the matter is, on lines of their own. */
export function essence(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const telling = lines.filter((line) => !placeOrTitle.test(line)).slice(0, 3);
  return (telling.join(' ') || lines[0] || 'without a reason').slice(0, 300);
}
