import type { ApiDocument } from './document.ts';

/** One route, as the page shows it. References are resolved. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly request?: { readonly schema: unknown; readonly example: unknown };
  readonly responses: readonly {
    readonly status: string;
    readonly description: string;
    readonly type: string;
    readonly schema: unknown;
  }[];
}

export interface SchemaRow {
  /** With the names above it: `results[].label`. */
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
}

type Json = Readonly<Record<string, unknown>>;

/** The document's routes, in its order. */
export function operations(document: ApiDocument): Operation[] {
  const resolved = resolveReferences(JSON.parse(JSON.stringify(document)));
  return Object.entries(object(object(resolved).paths)).flatMap(([path, item]) =>
    Object.entries(object(item)).map(([method, value]) => describe(path, method, object(value))),
  );
}

function describe(path: string, method: string, operation: Json): Operation {
  const [, body] = Object.entries(object(object(operation.requestBody).content))[0] ?? [];
  const { schema, example = object(schema).example } = object(body);
  return {
    id: `${method}${path}`.replace(/\W+/g, '-').replace(/-$/, ''),
    method: method.toUpperCase(),
    path,
    tag: text(Array.isArray(operation.tags) ? operation.tags[0] : undefined),
    summary: text(operation.summary),
    description: text(operation.description),
    ...(body === undefined ? {} : { request: { schema, example } }),
    responses: Object.entries(object(operation.responses)).map(([status, value]) => {
      const response = object(value);
      const [type = '', content] = Object.entries(object(response.content))[0] ?? [];
      return { status, description: text(response.description), type, schema: object(content).schema };
    }),
  };
}

/** A command that calls the route. */
export function curl({ method, path, request }: Operation): string {
  const url = `http://127.0.0.1:8080${path}`;
  if (request === undefined) return `curl -s ${method === 'GET' ? '' : `-X ${method} `}'${url}'`;
  const body = JSON.stringify(request.example ?? {}).replaceAll("'", "'\\''");
  return `curl -s '${url}' -H 'content-type: application/json' \\\n  -d '${body}'`;
}

/** The properties of a schema and of what lies in it, three levels deep. */
export function schemaRows(schema: unknown, prefix = '', depth = 0): SchemaRow[] {
  const { properties, items, required } = object(schema);
  if (items !== undefined && properties === undefined) return schemaRows(items, `${prefix}[]`, depth);
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(object(properties)).flatMap(([key, value]) => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const row = {
      name,
      type: typeOf(value),
      required: needed.includes(key),
      description: text(object(value).description),
    };
    return depth >= 2 ? [row] : [row, ...schemaRows(value, name, depth + 1)];
  });
}

function typeOf(schema: unknown): string {
  const { type, items, enum: values, const: constant, anyOf } = object(schema);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(anyOf)) return anyOf.map(typeOf).join(' | ');
  if (type === 'array') return `${typeOf(items)}[]`;
  return Array.isArray(type) ? type.join(' | ') : text(type);
}

/** `$ref`s replaced by what they name; no schema of ours holds itself. */
function resolveReferences(root: unknown): unknown {
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const { $ref } = object(value);
    if (typeof $ref === 'string') {
      return resolve(
        $ref
          .slice(2)
          .split('/')
          .reduce<unknown>((at, key) => object(at)[key], root),
      );
    }
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one)]));
  };
  return resolve(root);
}

function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
