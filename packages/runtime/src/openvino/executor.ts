import { availableParallelism } from 'node:os';
import { describeMachine, UserError } from '@retort/shared';
import type { Executor, Precision } from '../executor.ts';
import type { Handle } from './bindings.ts';
import { cacheFolder } from './cache-folder.ts';
import { describeFailure } from './failure.ts';
import { type OpenVino, openVino } from './library.ts';
import type { PrecisionChoice } from './precision.ts';
import { OpenVinoSession } from './session.ts';

/** How many sets of input shapes a session of fixed shapes keeps compiled: each has the memory of its intermediate values. */
const keptShapes = 8;

/**
 * OpenVINO on the CPU, through its C library. Throws a UserError where the library is not to be had (`library.ts`), or where bf16 is asked for and OpenVINO does not compute in it on this
 * processor. `library`: for tests.
 */
export function openvino(choice: PrecisionChoice = 'auto', library: OpenVino = openVino()): Executor {
  const precision = resolvePrecision(choice, capabilities(library));
  return {
    name: 'openvino',
    device: 'cpu',
    version: library.version,
    precision,
    async open(model, { threads = availableParallelism(), shapes = 'any' } = {}) {
      const { functions } = library;
      const file = typeof model === 'string' ? model : undefined;
      const core = functions.createCore();
      let read: Handle | undefined;
      let session: OpenVinoSession | undefined;
      try {
        setProperties(library, core, precision, threads);
        read =
          typeof model === 'string' ? await functions.readFile(core, model) : await functions.readBytes(core, model);
        session = new OpenVinoSession(library, core, read, { fixedShapes: shapes === 'fixed', keptShapes, file });
        await session.prepare();
        return session;
      } catch (cause) {
        if (session !== undefined) await session.close();
        else {
          if (read !== undefined) functions.free('model', read);
          functions.free('core', core);
        }
        throw describeFailure(cause, 'OpenVINO cannot load the model', file);
      }
    },
  };
}

/** Instructions for products of bf16: AVX512-BF16 or AMX on x86, BF16 on ARM. */
const bf16Flags = ['avx512_bf16', 'amx_bf16', 'bf16'];

/** Where OpenVINO offers bf16 without such instructions, it computes in fp32 and rounds: slower, not faster. */
export function resolvePrecision(
  choice: PrecisionChoice,
  offered: readonly string[],
  flags: readonly string[] = describeMachine().flags,
): Precision {
  const offersBf16 = offered.includes('BF16');
  if (choice === 'bf16' && !offersBf16) {
    throw new UserError('OpenVINO does not compute in bf16 on this processor', {
      place: { field: '--precision' },
      remedy: 'use --precision auto, or fp32: bf16 needs AVX-512 or AMX',
    });
  }
  if (choice === 'auto') return offersBf16 && flags.some((flag) => bf16Flags.includes(flag)) ? 'bf16' : 'fp32';
  return choice;
}

function capabilities({ functions }: OpenVino): string[] {
  const core = functions.createCore();
  try {
    return functions.property(core, 'OPTIMIZATION_CAPABILITIES').split(/[\s,]+/);
  } finally {
    functions.free('core', core);
  }
}

function setProperties({ functions }: OpenVino, core: Handle, precision: Precision, threads: number): void {
  const cache = cacheFolder();
  const properties = {
    INFERENCE_PRECISION_HINT: precision === 'bf16' ? 'bf16' : 'f32',
    INFERENCE_NUM_THREADS: String(threads),
    NUM_STREAMS: '1',
    // Sessions of several processes would be bound to the same cores.
    ENABLE_CPU_PINNING: 'NO',
    ...(cache === undefined ? {} : { CACHE_DIR: cache }),
  };
  for (const [key, value] of Object.entries(properties)) functions.setProperty(core, key, value);
}
