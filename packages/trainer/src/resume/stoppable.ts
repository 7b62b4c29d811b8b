import { type ArtifactWriter, tellAtLast } from '@retort/shared';
import type { Checkpoints } from './checkpoints.ts';

/**
 * Does a training that Ctrl-C or SIGTERM ends after the step under way, with a checkpoint; says so under `title`, at once and when it has ended.
 */
export function stoppable<T>(
  writer: Pick<ArtifactWriter, 'interruptible'>,
  title: string,
  checkpoints: Pick<Checkpoints, 'lastStep'>,
  training: (stop: AbortSignal) => Promise<T>,
  tell: (text: string) => void = tellAtLast,
): Promise<T> {
  return writer.interruptible(async (stop) => {
    stop.addEventListener('abort', () => tell(`${title}  ${stopping()}`));
    try {
      return await training(stop);
    } catch (error) {
      if (stop.aborted && error === stop.reason) tell(`${title}  ${farewell(checkpoints)}`);
      throw error;
    }
  });
}

/** Nx passes on the first signal alone. */
function stopping(): string {
  const alone = process.env.NX_TASK_TARGET_TARGET === undefined;
  return `stopping after this step${alone ? '; a second time stops at once' : ''}`;
}

function farewell({ lastStep }: Pick<Checkpoints, 'lastStep'>): string {
  return lastStep === undefined
    ? 'stopped; run it again: from the beginning, for there is no checkpoint'
    : `stopped; run it again to go on from step ${lastStep}`;
}
