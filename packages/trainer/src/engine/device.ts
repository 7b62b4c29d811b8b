import { type DeviceName, deviceNames } from '@retort/runtime';
import { nearest, UserError } from '@retort/shared';

/** What a stage can be told to compute on; `auto` measures what there is. */
export const deviceChoices = [...deviceNames, 'auto'] as const;
export type DeviceChoice = DeviceName | 'auto';

/** Names the device where the command line does not, and so passes through Nx. */
export const deviceVariable = 'RETORT_DEVICE';

/** The name as an option or the environment gives it; nothing at all means the processor. */
export function parseDevice(text: string | boolean | undefined): DeviceChoice {
  if (text === undefined || text === '') return 'cpu';
  const name = deviceChoices.find((known) => known === text);
  if (name !== undefined) return name;
  const near = nearest(String(text), deviceChoices);
  throw new UserError(`there is no device "${text}"`, {
    place: { field: `--device, or ${deviceVariable} in the environment` },
    remedy: near === undefined ? `use one of: ${deviceChoices.join(', ')}` : `did you mean "${near}"?`,
  });
}
