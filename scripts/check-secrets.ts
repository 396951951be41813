// Looks for secrets in every file that is committed or about to be (issue 6, point 8): keys and tokens in the forms of others, by secretlint,
// and our own by the forms that the log takes out. `npm run check:secrets [FILE …]`; a test plants a key and wants it found.
//
// What only looks like a secret is marked where it stands, with a comment that says why: secretlint-disable-next-line.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lintSource } from '@secretlint/core';
import { creator as recommended } from '@secretlint/secretlint-rule-preset-recommend';
import { SECRET_FORMS } from '../src/api/key-secret.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));

/** Files in which no comment can stand, and what of the kinds that are looked for is in them and is no secret. */
const MADE_UP: readonly { file: string; text: RegExp }[] = [
  // A backup of a tenant that a test made: the secret of its webhook led to a receiver that was gone within seconds.
  { file: 'test/fixtures/schema-0007.backup', text: /^whsec_13B5zcvCj4WL/ },
];

const RULES = [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: recommended }];

/** Where a secret is, and of which kind; the secret itself is not repeated, because logs of CI are read by many. */
export async function secretsIn(files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    const content = readFileSync(file, 'utf8');
    // What is not text: pictures.
    if (content.includes('\0')) continue;
    const name = relative(ROOT, resolve(file));
    const finds = [...oursIn(content), ...(await othersIn(content, file))];
    for (const { at, text, kind } of finds) {
      if (MADE_UP.some((each) => each.file === name && each.text.test(text))) continue;
      found.push(`${name}:${content.slice(0, at).split('\n').length}: ${kind}`);
    }
  }
  return found;
}

interface Find {
  at: number;
  text: string;
  kind: string;
}

/** Without secretlint's rule for patterns: it brings sixteen packages, one of them under another licence, for what is two lines. */
function oursIn(content: string): Find[] {
  return SECRET_FORMS.flatMap(({ name, form }) =>
    [...content.matchAll(form)].map((match) => ({ at: match.index, text: match[0], kind: name })),
  );
}

async function othersIn(content: string, filePath: string): Promise<Find[]> {
  const source = { content, filePath, contentType: 'text' as const };
  const { messages } = await lintSource({ source, options: { maskSecrets: true, config: { rules: RULES } } });
  return messages.map(({ range: [from, to], message, ruleId }) => ({
    at: from,
    text: content.slice(from, to),
    kind: `${message} (${ruleId})`,
  }));
}

/** Every file of the tree that git keeps or would keep, and that is there. */
export function filesOfTree(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const gone = new Set(execFileSync('git', ['ls-files', '-z', '--deleted'], { cwd: ROOT, encoding: 'utf8' }).split('\0'));
  return listed
    .split('\0')
    .filter((name) => name !== '' && !gone.has(name))
    .map((name) => resolve(ROOT, name));
}

if (import.meta.main) {
  const files = process.argv.length > 2 ? process.argv.slice(2) : filesOfTree();
  const found = await secretsIn(files);
  for (const each of found) console.error(each);
  console.log(`${files.length} files: ${found.length === 0 ? 'no secrets' : `${found.length} secrets`}`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
