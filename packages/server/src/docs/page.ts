import { Hono } from 'hono';
import { html } from 'hono/html';
import type { ApiDocument } from './document.ts';
import { curl, type Operation, operations, schemaRows } from './operations.ts';

/** `/openapi.json`, and `/docs`: the same for people, without a script or anything from elsewhere. */
export function docsPage(document: ApiDocument): Hono {
  const json = JSON.stringify(document);
  const page = render(document).toString();
  return new Hono()
    .get('/openapi.json', (c) => c.body(json, 200, { 'content-type': 'application/json' }))
    .get('/docs', (c) => c.html(page))
    .get('/docs/style.css', (c) => c.body(style, 200, { 'content-type': 'text/css; charset=utf-8' }));
}

function render(document: ApiDocument) {
  const { title, version, description } = document.info;
  const all = operations(document);
  const groups = (document.tags ?? [])
    .map((tag) => ({ ...tag, members: all.filter((operation) => operation.tag === tag.name) }))
    .filter(({ members }) => members.length > 0);
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} API</title>
<link rel="stylesheet" href="/docs/style.css"></head>
<body>
<header><h1>${title} API <small>${version}</small></h1><p>${code(description ?? '')}</p>
<p><a href="/openapi.json">openapi.json</a> is the same for programs.</p>
<nav>${groups.map(({ name, members }) => html`<strong>${name}</strong>${members.map(({ id, method, path }) => html` <a href="#${id}">${method} ${path}</a>`)}<br>`)}</nav></header>
<main>${groups.map(({ name, description, members }) => html`<h2>${name}</h2><p>${description}</p>${members.map(section)}`)}</main>
</body></html>`;
}

function section(operation: Operation) {
  const { id, method, path, summary, description, request, responses } = operation;
  return html`<section id="${id}"><h3><b>${method}</b> ${path}</h3><p>${summary}. ${code(description)}</p>
<pre>${curl(operation)}</pre>
${request === undefined ? '' : html`<details open><summary>body</summary>${table(request.schema)}</details>`}
${responses.map(
  ({ status, description, type, schema }) =>
    html`<details><summary><b>${status}</b> ${description}</summary><p>${type}</p>${table(schema)}</details>`,
)}</section>`;
}

function table(schema: unknown) {
  const rows = schemaRows(schema);
  if (rows.length === 0) return '';
  return html`<table>${rows.map(
    ({ name, type, required, description }) =>
      html`<tr><td><code>${name}</code>${required ? '' : html` <i>optional</i>`}</td><td>${type}</td><td>${code(description)}</td></tr>`,
  )}</table>`;
}

/** What stands between backticks, as code; the rest is escaped. */
function code(text: string) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));
}

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem }
h1 small { font-weight: normal; opacity: .7 }
h2 { margin-top: 2.5rem; text-transform: capitalize }
section { border-top: 1px solid var(--line); padding: .5rem 0 1rem }
h3 { font-family: ui-monospace, monospace; margin: .5rem 0; overflow-wrap: anywhere }
nav a { white-space: nowrap; margin-right: .6rem; font-family: ui-monospace, monospace; font-size: .85rem }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: .4rem }
code { background: var(--soft); padding: 0 .2rem; border-radius: .2rem }
table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid var(--line); padding: .25rem .5rem .25rem 0; vertical-align: top }
details { margin: .25rem 0 } summary { cursor: pointer }
`;
