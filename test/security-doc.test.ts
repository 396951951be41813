// docs/security.md is held against the tree: every test that it names is there, every row says what shows it, every requirement of the
// OWASP ASVS 5.0.0 at levels 1 and 2 is in it once, and what it says of all source files is so.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourcesOf } from './support/sources.ts';

const DOCUMENT = await readFile(join(ROOT, 'docs/security.md'), 'utf8');

interface Row {
  header: readonly string[];
  cells: readonly string[];
  line: number;
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

function rowsOf(text: string): Row[] {
  const rows: Row[] = [];
  let header: readonly string[] | null = null;
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.startsWith('|')) header = null;
    else if (header === null) header = cellsOf(line);
    else if (!/^\|( -+:? \|)+$/.test(line)) rows.push({ header, cells: cellsOf(line), line: index + 1 });
  }
  return rows;
}

const ROWS = rowsOf(DOCUMENT);
const SHOWN_BY = 'shown by';
const BEGINS_WITH_A_REASON = /^(Reason|Open): \S.{10,}/;
/** A file, and a name in it where one is given. */
const TEST = /`(test\/[\w./-]+\.test\.ts)`(?: "([^"]+)")?/g;

/** Of level 1 and 2, by section: the numbers of its requirements. */
const ASVS: Record<1 | 2, string> = {
  1: `1.2: 1 2 3 4 5; 1.3: 1 2; 1.5: 1; 2.1: 1; 2.2: 1 2; 2.3: 1; 3.2: 1 2; 3.3: 1; 3.4: 1 2; 3.5: 1 2 3; 4.1: 1; 4.4: 1;
    5.2: 1 2; 5.3: 1 2; 6.1: 1; 6.2: 1 2 3 4 5 6 7 8; 6.3: 1 2; 6.4: 1 2; 7.2: 1 2 3 4; 7.4: 1 2; 8.1: 1; 8.2: 1 2; 8.3: 1;
    9.1: 1 2 3; 9.2: 1; 10.4: 1 2 3 4 5; 11.3: 1 2; 11.4: 1; 12.1: 1; 12.2: 1 2; 13.4: 1; 14.2: 1; 14.3: 1; 15.1: 1; 15.2: 1;
    15.3: 1`,
  2: `1.1: 1 2; 1.2: 6 7 8 9; 1.3: 3 4 5 6 7 8 9 10 11; 1.4: 1 2 3; 1.5: 2; 2.1: 2 3; 2.2: 3; 2.3: 2 3 4; 2.4: 1; 3.3: 2 3 4;
    3.4: 3 4 5 6; 3.5: 4 5; 3.7: 1 2; 4.1: 2 3; 4.2: 1; 4.3: 1 2; 4.4: 2 3 4; 5.1: 1; 5.2: 3; 5.4: 1 2 3; 6.1: 2 3;
    6.2: 9 10 11 12; 6.3: 3 4; 6.4: 3 4; 6.5: 1 2 3 4 5; 6.6: 1 2 3; 6.8: 1 2 3 4; 7.1: 1 2 3; 7.3: 1 2; 7.4: 3 4 5; 7.5: 1 2;
    7.6: 1 2; 8.1: 2; 8.2: 3; 8.4: 1; 9.2: 2 3 4; 10.1: 1 2; 10.2: 1 2; 10.3: 1 2 3 4; 10.4: 6 7 8 9 10 11; 10.5: 1 2 3 4 5;
    10.6: 1 2; 10.7: 1 2 3; 11.1: 1 2; 11.2: 1 2 3; 11.3: 3; 11.4: 2 3 4; 11.5: 1; 11.6: 1; 12.1: 2 3; 12.3: 1 2 3 4; 13.1: 1;
    13.2: 1 2 3 4 5; 13.3: 1 2; 13.4: 2 3 4 5; 14.1: 1 2; 14.2: 2 3 4; 14.3: 2 3; 15.1: 2 3; 15.2: 2 3; 15.3: 2 3 4 5 6 7; 16.1: 1;
    16.2: 1 2 3 4 5; 16.3: 1 2 3 4; 16.4: 1 2 3; 16.5: 1 2 3; 17.1: 1; 17.2: 1 2 3 4; 17.3: 1 2`,
};

function requirementsOf(level: 1 | 2): string[] {
  return ASVS[level].split(';').flatMap((each) => {
    const [section, numbers] = each.trim().split(': ');
    return numbers!.split(' ').map((number) => `V${section}.${number}`);
  });
}

/** Those that the first cell of a row names: one, several, or from one to another. */
function namedIn(cell: string): string[] {
  return [...cell.matchAll(/V(\d+\.\d+)\.(\d+)(?:–V\d+\.\d+\.(\d+))?/g)].flatMap(([, section, first, last]) => {
    const count = Number(last ?? first) - Number(first) + 1;
    return Array.from({ length: count }, (_, index) => `V${section}.${Number(first) + index}`);
  });
}

describe('docs/security.md', () => {
  it('has tables, and no cell in them is empty or missing', () => {
    expect(ROWS.length).toBeGreaterThan(200);
    const wrong = ROWS.filter(({ header, cells }) => cells.length !== header.length || cells.includes(''));
    expect(wrong.map(({ line }) => `line ${line}`)).toEqual([]);
  });

  it('says of every row which test shows it, or why none does', () => {
    const toShow = ROWS.filter(({ header }) => header.at(-1) === SHOWN_BY);
    expect(toShow.length).toBeGreaterThan(200);
    const bare = toShow.filter(({ cells }) => {
      const shown = cells.at(-1)!;
      return !BEGINS_WITH_A_REASON.test(shown) && !new RegExp(`^${TEST.source}`).test(shown);
    });
    expect(bare.map(({ line, cells }) => `line ${line}: ${cells.at(-1)}`)).toEqual([]);
  });

  it('names tests that are there', async () => {
    const named = [...DOCUMENT.matchAll(TEST)];
    expect(named.length).toBeGreaterThan(150);
    // A name that is not written as one would be passed over.
    expect(named.length).toBe(DOCUMENT.split('`test/').length - 1);
    const texts = new Map<string, string>();
    const missing: string[] = [];
    for (const [all, file, name] of named) {
      if (!texts.has(file!)) texts.set(file!, await readFile(join(ROOT, file!), 'utf8').catch(() => ''));
      const text = texts.get(file!)!;
      const isThere = name === undefined ? text !== '' : ["'", '"', '`'].some((quote) => text.includes(quote + name + quote));
      if (!isThere) missing.push(all);
    }
    expect(missing).toEqual([]);
  });

  it('has the ten risks of the API list once each', () => {
    const risks = ROWS.filter(({ header }) => header[0] === 'risk').map(({ cells }) => /^API\d+/.exec(cells[0]!)?.[0]);
    expect(risks).toEqual(Array.from({ length: 10 }, (_, index) => `API${index + 1}`));
  });

  it('has every requirement of ASVS 5.0.0 at level 1 and 2 once, at its level', () => {
    expect([requirementsOf(1).length, requirementsOf(2).length]).toEqual([70, 183]);
    const applying = ROWS.filter(({ header }) => header[0] === 'requirement');
    const others = ROWS.filter(({ header }) => header[0] === 'requirements');
    for (const level of [1, 2] as const) {
      const wrong = applying.filter(
        ({ cells }) => cells[1] === String(level) && !namedIn(cells[0]!).every((each) => requirementsOf(level).includes(each)),
      );
      expect(wrong.map(({ line }) => `line ${line} is not of level ${level}`)).toEqual([]);
    }
    const named = [...applying, ...others].flatMap(({ cells }) => namedIn(cells[0]!));
    expect(named.toSorted()).toEqual([...requirementsOf(1), ...requirementsOf(2)].toSorted());
  });
});

describe('what it says of all sources', () => {
  it.each<[string, string, RegExp]>([
    ['no code is made of texts', 'src', /\beval\(|new Function\(|\bnode:vm\b/],
    ['no HTML is put into the page', 'src/web', /innerHTML|dangerouslySetInnerHTML|document\.write|insertAdjacentHTML/],
    ['the page listens to no other window', 'src/web', /window\.onmessage|(?<!otherTabs\.)addEventListener\('message'/],
    ['certificates are verified', 'src', /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED/],
    ['no hash but SHA-256', 'src', /createH(?:ash|mac)\((?!'sha256')|\bhash\('(?!sha256')/],
    ['no shell is started', 'src', /shell: true|\bexec(?:Sync)?\(['"`]/],
    ['the routes read no files', 'src/api', /from 'node:(?:fs|child_process)/],
    ['no answer allows another origin', 'src', /access-control-allow/i],
  ])('%s', async (_claim, folder, forbidden) => {
    const files = await sourcesOf(folder);
    expect(files.length).toBeGreaterThan(10);
    const wrong: string[] = [];
    for (const file of files) if (forbidden.test(await readFile(join(ROOT, file), 'utf8'))) wrong.push(file);
    expect(wrong).toEqual([]);
  });
});
