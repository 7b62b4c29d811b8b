import { availableParallelism } from 'node:os';
import { describeMachine, UserError } from '@retort/shared';
import type { Executor, Precision } from '../executor.ts';
import { OpenVinoError } from './bindings.ts';
import { describeFailure, essence } from './failure.ts';
import { graphCache, noCache } from './graph-cache.ts';
import { isQuantized, mayUseAmx, spoilsInt8 } from './int8-products.ts';
import { howToGetIt, type OpenVino, openVino } from './library.ts';
import type { PrecisionChoice } from './precision.ts';
import type { Handle } from './prototypes.ts';
import { OpenVinoSession } from './session.ts';

/**
 * OpenVINO on the CPU, through its C library. Throws a UserError where the library is not to be had (`library.ts`), or where bf16 is asked for and OpenVINO does not compute in it on this
 * processor. `library` and `processor`: for tests.
 */
export function openvino(
  choice: PrecisionChoice = 'auto',
  library: OpenVino = openVino(),
  processor: Processor = describeMachine(),
): Executor {
  const precision = resolvePrecision(choice, capabilities(library), processor);
  return {
    name: 'openvino',
    device: 'cpu',
    version: library.version,
    precision,
    async open(model, { threads = availableParallelism(), shapes = 'any', keptShapes = 8, varying = [] } = {}) {
      const { functions } = library;
      const file = typeof model === 'string' ? model : undefined;
      const core = functions.createCore();
      let read: Handle | undefined;
      let session: OpenVinoSession | undefined;
      try {
        const fixedShapes = shapes === 'fixed';
        const vary = !fixedShapes || varying.length > 0;
        const int8 = !vary || !spoilsInt8(processor.flags) || !(await isQuantized(model));
        setProperties(library, core, { precision, threads, int8 });
        // OpenVINO's own key knows nothing of LP_TRANSFORMS_MODE, by which a graph in int8 might come out of it.
        const cache = int8
          ? await graphCache(model, [library.version, precision, threads, shapes, ...varying].join())
          : noCache;
        read =
          typeof model === 'string' ? await functions.readFile(core, model) : await functions.readBytes(core, model);
        session = new OpenVinoSession(library, core, read, { fixedShapes, keptShapes, varying, file, cache });
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

/** What OpenVINO computes on: its name, and its instruction sets as `describeMachine` lists them. */
interface Processor {
  readonly cpu: string;
  readonly flags: readonly string[];
}

/**
 * Whether bf16 takes less time than fp32: with AMX, and with BF16 on ARM. AVX512-BF16 alone was slower on the one processor of Intel's that was measured (docs/performance.md); AMD's,
 * which have no AMX, were not measured, and keep bf16. Where OpenVINO offers it without any such instructions, it computes in fp32 and rounds.
 */
function gainsByBf16({ cpu, flags }: Processor): boolean {
  if (flags.includes('bf16') || (flags.includes('amx_bf16') && mayUseAmx())) return true;
  return flags.includes('avx512_bf16') && /\bAMD\b/.test(cpu);
}

export function resolvePrecision(
  choice: PrecisionChoice,
  offered: readonly string[],
  processor: Processor = describeMachine(),
): Precision {
  const offersBf16 = offered.includes('BF16');
  if (choice === 'bf16' && !offersBf16) {
    throw new UserError('OpenVINO does not compute in bf16 on this processor', {
      place: { field: '--precision' },
      remedy: 'use --precision auto, or fp32: bf16 needs AVX-512 or AMX',
    });
  }
  if (choice === 'auto') return offersBf16 && gainsByBf16(processor) ? 'bf16' : 'fp32';
  return choice;
}

/** The first that is asked of OpenVINO's part for the CPU. */
function capabilities({ functions, path }: OpenVino): string[] {
  let core: Handle | undefined;
  try {
    core = functions.createCore();
    return functions.property(core, 'OPTIMIZATION_CAPABILITIES').split(/[\s,]+/);
  } catch (cause) {
    if (!(cause instanceof OpenVinoError)) throw cause;
    throw new UserError(`OpenVINO cannot use the CPU: ${essence(cause.message)}`, {
      place: { file: path },
      remedy: howToGetIt,
      cause,
    });
  } finally {
    if (core !== undefined) functions.free('core', core);
  }
}

interface CoreSettings {
  readonly precision: Precision;
  readonly threads: number;
  /** Whether products of a QDQ model are computed in int8; otherwise its rounded numbers are, in the precision. */
  readonly int8: boolean;
}

function setProperties({ functions }: OpenVino, core: Handle, { precision, threads, int8 }: CoreSettings): void {
  const properties = {
    INFERENCE_PRECISION_HINT: precision === 'bf16' ? 'bf16' : 'f32',
    INFERENCE_NUM_THREADS: String(threads),
    NUM_STREAMS: '1',
    // Sessions of several processes would be bound to the same cores.
    ENABLE_CPU_PINNING: 'NO',
    ...(int8 ? {} : { LP_TRANSFORMS_MODE: 'NO' }),
  };
  for (const [key, value] of Object.entries(properties)) functions.setProperty(core, key, value);
}
