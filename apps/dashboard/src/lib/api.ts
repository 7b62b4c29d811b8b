import type { ClassifyResponse, Client, ModelDescription } from '@retort/server/client';

/** A request that failed, in words for the page. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

export async function fetchModels(client: Client): Promise<ModelDescription[]> {
  const response = await reach(client.v1.models.$get());
  if (!response.ok) throw await refusal(response);
  return (await response.json()).models;
}

/** Classifies one text by the model with this id. */
export async function classifyText(client: Client, text: string, model: string): Promise<ClassifyResponse> {
  const response = await reach(client.v1.classify.$post({ json: { text, model } }));
  if (response.status !== 200) throw await refusal(response);
  return response.json();
}

async function reach<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (cause) {
    throw new RequestError('The server cannot be reached. Is it still running?', { cause });
  }
}

/** The server says why in `detail`; something between it and the page may answer without one. */
async function refusal(response: { readonly status: number; json(): Promise<unknown> }): Promise<RequestError> {
  const body: unknown = await response.json().catch(() => undefined);
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : undefined;
  return new RequestError(
    typeof detail === 'string'
      ? `The server refused: ${detail}.`
      : `The server answered with status ${response.status}.`,
  );
}
