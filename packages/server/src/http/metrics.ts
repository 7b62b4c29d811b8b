import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Service } from '../inference/index.ts';
import type { RequestRecord } from './log.ts';

/** Seconds, from a short text alone to a long one in a full queue. */
const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export interface ServerMetrics {
  readonly contentType: string;
  request(record: RequestRecord): void;
  /** The text format of Prometheus. */
  render(): Promise<string>;
  close(): void;
}

/** Counts what the service and the HTTP server tell. */
export function createMetrics(service: Service): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });

  const requests = counter('retort_http_requests_total', 'Requests answered', ['method', 'route', 'status']);
  const requestSeconds = histogram('retort_http_request_seconds', 'From head to answer', ['route'], seconds);
  const texts = counter('retort_texts_total', 'Texts read', ['model']);
  const truncated = counter('retort_texts_truncated_total', 'Texts of which a part was not read', ['model']);
  const tokens = counter('retort_tokens_total', 'Tokens read', ['model']);
  const phase = histogram('retort_phase_seconds', 'Where the time of a text goes', ['model', 'phase'], seconds);
  const batchSize = histogram('retort_batch_size', 'Inputs a run', ['model'], [1, 2, 4, 8, 16, 32, 64]);
  const runSeconds = histogram('retort_run_seconds', 'Time of a run', ['model'], seconds);
  const rejections = counter('retort_rejections_total', 'Texts without an answer', ['model', 'reason']);
  const restarts = counter('retort_worker_restarts_total', 'Workers that had died');
  const swaps = counter('retort_swaps_total', 'Changed model folders', ['model', 'outcome']);
  const shadow = counter('retort_shadow_texts_total', 'Texts that a shadow has read too', [
    'model',
    'shadow',
    'agreed',
  ]);
  registerGauges(registry, service);
  const closeLag = registerLag(registry);

  const stop = service.observe({
    read: ({ model, reading }) => {
      texts.inc({ model });
      tokens.inc({ model }, reading.tokens);
      if (reading.truncated) truncated.inc({ model });
      phase.observe({ model, phase: 'queue' }, reading.timings.queueMs / 1000);
      phase.observe({ model, phase: 'tokenize' }, reading.timings.tokenizeMs / 1000);
      phase.observe({ model, phase: 'infer' }, reading.timings.inferMs / 1000);
    },
    batch: ({ model, size, ms }) => {
      batchSize.observe({ model }, size);
      runSeconds.observe({ model }, ms / 1000);
    },
    rejected: ({ model, reason, texts }) => rejections.inc({ model, reason }, texts),
    restarted: () => restarts.inc(),
    swapped: ({ model }) => swaps.inc({ model, outcome: 'swapped' }),
    swapRefused: ({ model }) => swaps.inc({ model, outcome: 'refused' }),
    shadow: ({ model, shadow: of, agreed }) => shadow.inc({ model, shadow: of, agreed: String(agreed) }),
  });

  return {
    contentType: registry.contentType,
    request({ method, route, status, ms }) {
      requests.inc({ method: methods.has(method) ? method : 'other', route, status });
      requestSeconds.observe({ route }, ms / 1000);
    },
    render: () => registry.metrics(),
    close() {
      stop();
      closeLag();
    },
  };
}

/** Whoever invents methods makes no time series. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function registerGauges(registry: Registry, service: Service): void {
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  gauge('retort_ready', 'Whether requests are taken', () => Number(service.stats().ready));
  gauge('retort_queue_inputs', 'Texts and windows of requests that wait', () => service.stats().queued);
  gauge(
    'retort_shadow_queue_inputs',
    'Texts and windows that wait for a shadow',
    () => service.stats().queuedForShadows,
  );
  gauge('retort_queue_limit', 'How many of requests may wait', () => service.stats().queueLimit);
  gauge('retort_runs_in_flight', 'Runs under way', () => service.stats().inFlight);
  gauge('retort_workers', 'Workers that are ready, without express ones', () => service.stats().workers);
  gauge('process_resident_memory_bytes', 'Memory of the process', () => process.memoryUsage.rss());
  gauge('process_start_time_seconds', 'When the process began', () => performance.timeOrigin / 1000);
  const share = new Gauge({
    name: 'retort_model_share',
    help: 'Share of the requests that name no model',
    labelNames: ['model', 'sha256'],
    registers: [registry],
    collect() {
      share.reset();
      for (const variant of service.variants()) share.set({ model: variant.id, sha256: variant.sha256 }, variant.share);
    },
  });
}

/** How long the event loop was late, since the last time that it was asked. */
function registerLag(registry: Registry): () => void {
  const resolution = 10;
  const delay = monitorEventLoopDelay({ resolution });
  delay.enable();
  const lag = new Gauge({
    name: 'retort_event_loop_lag_seconds',
    help: 'How late the event loop was since the last scrape',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      // The histogram holds the timer's whole period, in nanoseconds.
      const late = (ns: number) => Math.max(0, ns / 1e9 - resolution / 1e3) || 0;
      for (const quantile of [50, 99]) lag.set({ quantile: String(quantile / 100) }, late(delay.percentile(quantile)));
      lag.set({ quantile: '1' }, late(delay.max));
      delay.reset();
    },
  });
  return () => delay.disable();
}
