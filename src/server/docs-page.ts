// The reference at /docs and the pages of problems: plain HTML made from the table of routes, without scripts or other hosts.

import type { TObject, TSchema } from 'typebox';
import { exampleOf } from '../api/example.ts';
import { whoMay } from '../api/openapi.ts';
import { PROBLEMS } from '../api/problem.ts';
import { allRefusals, type Route } from '../api/route.ts';
import type { RefusalCode } from '../core/refusal.ts';

export const docsStyle = `
:root { color-scheme: light dark; --line: #d0d0d0; --soft: #f4f4f4; --link: #0f548c; }
@media (prefers-color-scheme: dark) { :root { --line: #444; --soft: #262626; --link: #7cb8ec; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
a { color: var(--link); } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); } h3 { margin-top: 2rem; }
code, pre { font: 0.875em/1.45 ui-monospace, monospace; background: var(--soft); border-radius: 4px; } code { padding: 0.1em 0.3em; }
pre { padding: 0.75rem; overflow-x: auto; } pre code { padding: 0; } nav ul { columns: 18rem; padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--line); }
.method { font-weight: 600; } .who { color: GrayText; }
`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/docs/style.css"></head>
<body>${body}</body>
</html>
`;
}

export function problemPage(code: RefusalCode): string {
  const { status, title, meaning } = PROBLEMS[code];
  return page(
    `${code} · Bursar`,
    `<main><h1>${code}</h1><p><strong>${escapeHtml(title)}</strong> (status ${status})</p><p>${escapeHtml(meaning)}</p>
<p><a href="/docs">Reference of the API</a></p></main>`,
  );
}

export function docsPage(routes: readonly Route[]): string {
  const concepts = [...new Set(routes.map((row) => row.concept))];
  const contents = concepts.map((concept) => `<li><a href="#${slug(concept)}">${escapeHtml(concept)}</a></li>`).join('');
  const sections = concepts.map((concept) =>
    section(
      concept,
      routes.filter((row) => row.concept === concept),
    ),
  );
  const problems = (Object.keys(PROBLEMS) as RefusalCode[]).map(
    (code) =>
      `<tr id="${code}"><td><a href="/problems/${code}">${code}</a></td><td>${PROBLEMS[code].status}</td><td>${escapeHtml(PROBLEMS[code].meaning)}</td></tr>`,
  );
  return page(
    'Reference · Bursar',
    `<header><h1>Bursar: reference of the API</h1>
<p>JSON in UTF-8. Credits are decimal strings, counts are whole numbers, instants are RFC 3339 in UTC. Lists come in pages:
<code>?limit=</code> and <code>?cursor=</code> of <code>nextCursor</code>. Errors are <code>application/problem+json</code>: program against
<code>code</code>. Send a key as <code>Authorization: Bearer KEY</code>. The same in OpenAPI 3.1: <a href="/openapi.json">openapi.json</a>.</p></header>
<nav aria-label="Contents"><ul>${contents}<li><a href="#problems">Problems</a></li></ul></nav>
<main>${sections.join('\n')}
<section id="problems"><h2>Problems</h2><table><thead><tr><th>code</th><th>status</th><th>what it means</th></tr></thead><tbody>${problems.join('')}</tbody></table></section></main>`,
  );
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(' ', '-');
}

function section(concept: string, rows: readonly Route[]): string {
  return `<section id="${slug(concept)}"><h2>${escapeHtml(concept)}</h2>${rows.map(operation).join('\n')}</section>`;
}

function operation(row: Route): string {
  const answers = Object.entries(row.responses).map(([status, schema]) => {
    const heading = `<h4>Answers ${status}</h4>`;
    return schema ? `${heading}${schemaOf(schema)}` : `${heading}<p>Nothing to say.</p>`;
  });
  const refusals = allRefusals(row).map((code) => `<a href="#${code}">${code}</a> (${PROBLEMS[code].status})`);
  return `<article id="${row.operation}"><h3><span class="method">${row.method}</span> <code>${escapeHtml(row.path)}</code></h3>
<p>${escapeHtml(row.summary)}${row.description ? ` ${escapeHtml(row.description)}` : ''}</p>
<p class="who">${escapeHtml(whoMay(row.right))}${row.idempotent ? ' Takes an Idempotency-Key.' : ''}</p>
${row.query ? `<h4>Query</h4>${table(row.query)}` : ''}
${row.body ? `<h4>Body</h4>${schemaOf(row.body)}` : ''}
<pre><code>${escapeHtml(curl(row))}</code></pre>
${answers.join('')}
<p>Refused with ${refusals.join(', ')}.</p></article>`;
}

interface Shown {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  description?: string;
  title?: string;
  items?: Shown;
  anyOf?: Shown[];
  properties?: Record<string, Shown>;
  required?: string[];
}

function schemaOf(schema: TSchema): string {
  const shown = schema as Shown;
  if (shown.anyOf)
    return shown.anyOf.map((each) => `<p>${escapeHtml(each.title ?? 'either')}:</p>${table(each as TSchema)}`).join('');
  return table(schema);
}

function table(schema: TSchema | TObject): string {
  const { properties = {}, required = [] } = schema as Shown;
  const rows = rowsOf(properties, required, '');
  if (rows.length === 0) return '<p>No fields.</p>';
  return `<table><thead><tr><th>field</th><th>type</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

const MOST_NESTING = 3;

function rowsOf(properties: Record<string, Shown>, required: readonly string[], prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const path = `${prefix}${name}`;
    const must = required.includes(name) ? 'required' : '';
    const what = [must, schema.description ?? ''].filter(Boolean).join('; ');
    const row = `<tr><td><code>${escapeHtml(path)}</code></td><td>${escapeHtml(typeOf(schema))}</td><td>${escapeHtml(what)}</td></tr>`;
    const inner = schema.properties ? schema : schema.items?.properties ? schema.items : undefined;
    const nested = inner?.properties && path.split('.').length < MOST_NESTING;
    const within = schema.properties ? `${path}.` : `${path}[].`;
    return nested ? [row, ...rowsOf(inner.properties!, inner.required ?? [], within)] : [row];
  });
}

function typeOf(schema: Shown): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  const type = [schema.type ?? 'any'].flat().join(' | ');
  return schema.items ? `list of ${schema.items.title ?? typeOf(schema.items)}` : type;
}

/** A request that can be pasted into a shell. */
function curl(row: Route): string {
  const params = row.params?.properties ?? {};
  const path = row.path.replace(/\{(\w+)\}/g, (_, name: string) => String(exampleOf(params[name]!, { requiredOnly: true })));
  const parts = [`curl -X ${row.method} http://127.0.0.1:4600${path}`];
  if (row.right !== 'anyone' && row.right !== 'page')
    parts.push(`-H "Authorization: Bearer $${row.right === 'operator' ? 'OPERATOR_KEY' : 'KEY'}"`);
  const body = row.body && exampleOf(row.body, { requiredOnly: true });
  if (row.body && Object.keys(body as object).length > 0) {
    parts.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(body)}'`);
  }
  if (row.csvBody) parts.push(`-H 'Content-Type: text/csv'`, '--data-binary @FILE.csv');
  return parts.join(' \\\n  ');
}
