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
    stop.addEventListener('abort', () => tell(`${title}  stopping after this step; a second time stops at once`));
    try {
      return await training(stop);
    } finally {
      if (stop.aborted) tell(`${title}  ${farewell(checkpoints)}`);
    }
  });
}

function farewell({ lastStep }: Pick<Checkpoints, 'lastStep'>): string {
  return lastStep === undefined
    ? 'stopped; run it again: from the beginning, for there is no checkpoint'
    : `stopped; run it again to go on from step ${lastStep}`;
}
