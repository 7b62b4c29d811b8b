import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type AppOptions, createApp } from '../src/app.ts';
import { openService, type Service, type ServiceOptions } from '../src/inference/index.ts';
import { nodeArguments } from './source-workers.ts';
import { windowSettings, writeTinyModel } from './tiny-model.ts';

export const onnxFile = 'onnx/model_quantized.onnx';

/** One worker that runs the sources, which looks at folders when it is told to. */
export function ownWorkers(folder: string): Omit<ServiceOptions, 'variants'> {
  return { workers: 1, express: 0, watchMs: 0, scratch: join(folder, 'scratch'), nodeArguments };
}

/** A real service of tiny models for all tests of a file: `tiny` (the first 8 tokens) and `windows` (windows of 5, calibrated). */
export function tinyService(options: Partial<ServiceOptions> = {}) {
  let folder = '';
  let service: Service;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'retort-'));
    writeTinyModel(join(folder, 'tiny'));
    writeTinyModel(join(folder, 'windows'), { settings: windowSettings });
    const variants = ['tiny', 'windows'].map((id) => ({ model: { id, folder: join(folder, id), onnxFile } }));
    service = await openService({ ...ownWorkers(folder), variants, ...options });
  });
  afterAll(async () => {
    await service.close();
    rmSync(folder, { recursive: true });
  });
  return { service: () => service, folder: () => folder };
}

/** An app for all tests of a file. */
export function testApp(service: () => Service, options: Partial<AppOptions> = {}) {
  let app: ReturnType<typeof createApp>;
  beforeAll(() => {
    app = createApp({ service: service(), ...options });
  });
  afterAll(() => app.close());
  return () => app;
}

export type Requestable = { request(path: string, init?: RequestInit): Response | Promise<Response> };

export async function readJson<T>(response: Response | Promise<Response>): Promise<T> {
  return JSON.parse(await (await response).text());
}

/** Sends JSON. */
export async function postJson(
  app: Requestable,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return app.request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}
