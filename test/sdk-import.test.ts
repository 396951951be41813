// A file in parts, as the SDK makes and adds them up: what any client of imports would have to write itself.

import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  Bursar,
  formatMicroCredits,
  IMPORT_PARSER_OPTIONS,
  ImportDivision,
  ImportLines,
  type ImportPart,
  type ImportRow,
  importDelimiter,
  importIdentity,
  microCreditsOf,
  totalOfImport,
} from '../sdk/src/index.ts';
import { type AServer, startServer } from './support/a-server.ts';

let server: AServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const HEADER = 'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial';

function rowsOf(text: string): ImportRow[] {
  const lines = new ImportLines();
  const options = { ...IMPORT_PARSER_OPTIONS, delimiter: importDelimiter(text.split('\n')[0]!) };
  const records = parse(text, options) as unknown as Parameters<ImportLines['row']>[0][];
  return records.map((each) => lines.row(each));
}

function divided([header, ...rows]: ImportRow[], isTogether?: (row: ImportRow) => boolean): ImportPart[] {
  const division = new ImportDivision(header!, isTogether);
  const full = rows.flatMap((row) => division.add(row) ?? []);
  return [...full, ...division.rest()];
}

describe('the parts of a file', () => {
  it('hold 5,000 rows, each with its line, and end with the rows that are about the same', () => {
    const names = Array.from({ length: 10_002 }, (_, index) => `user-${index}`).with(10_001, 'user-0');
    const rows = rowsOf([HEADER, ...names.map((name) => `2026-03-01,${name},sales,Sales,1,FALSE`)].join('\n'));
    const identityOf = importIdentity(rows[0]!, ['UserId', 'Date']);
    const parts = divided(rows, (row) => identityOf(row) === identityOf(rows[1]!));
    expect(parts.map((part) => part.rows)).toEqual([5_000, 5_000, 2]);
    const lines = parts.map(({ csv }) => csv.trimEnd().split('\n'));
    for (const [title] of lines) expect(title).toBe(`Bursar Line,${HEADER}`);
    expect(lines[0]![1]).toBe('3,2026-03-01,user-1,sales,Sales,1,FALSE');
    expect(lines[2]!.slice(1).map((line) => line.split(',')[0])).toEqual(['2', '10003']);
  });

  it('end at 4 MiB too, and there is none without rows', () => {
    const rows = rowsOf([HEADER, ...Array.from({ length: 5 }, () => 'x'.repeat(2_100_000))].join('\n'));
    expect(divided(rows).map((part) => part.rows)).toEqual([2, 2, 1]);
    expect(divided(rowsOf(HEADER))).toEqual([]);
  });

  it('know lines after quoted line ends of either kind, and after empty lines', () => {
    const rows = rowsOf('a,b\n"1\r\n2",x\r\n\r\n"3\n4",y\nz,z\n');
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 5, 7]);
    expect(divided(rows)[0]!.csv).toBe('Bursar Line,a,b\n2,"1\r\n2",x\n5,"3\n4",y\n7,z,z\n');
  });

  it('are parted by tabs where the file is', () => {
    expect(divided(rowsOf('a\tb\n1\t2\n'))[0]!.csv).toBe('Bursar Line\ta\tb\n2\t1\t2\n');
  });
});

it('the answers to the parts are added up to what the whole file answers', async () => {
  const { key } = await server.tenant('Contoso', '2026-11-21T08:00:00Z');
  const { imports } = new Bursar({ url: server.url, key });
  const day = (index: number) => `2026-03-${String(1 + (index % 28)).padStart(2, '0')}`;
  const csv = [
    HEADER,
    ...Array.from({ length: 6_000 }, (_, index) => `${day(index)},user-${index},env-${index % 3},E,${index % 9}.25,FALSE`),
    '2026-03-32,ada,sales,Sales,1,FALSE',
  ].join('\n');
  const whole = await imports.send(csv);
  const runs = [];
  for (const part of divided(rowsOf(csv))) runs.push(await imports.send(part.csv));
  expect(runs).toHaveLength(2);
  const { environmentsToMake, ...total } = totalOfImport(runs);
  const { environmentsToMake: wanted, ...rest } = whole;
  expect(total).toEqual(rest);
  expect(environmentsToMake).toHaveLength(3);
  expect(new Set(environmentsToMake?.map(({ id }) => id))).toEqual(new Set(wanted?.map(({ id }) => id)));
  expect(() => totalOfImport([])).toThrow(/at least one part/);
});

it('credits are added up exactly', () => {
  for (const [text, micro] of [
    ['0', 0n],
    ['7.5', 7_500_000n],
    ['0.000001', 1n],
    ['-0.5', -500_000n],
    ['123456789012345.678901', 123_456_789_012_345_678_901n],
  ] as const) {
    expect(microCreditsOf(text)).toBe(micro);
    expect(formatMicroCredits(micro)).toBe(text);
  }
  expect(formatMicroCredits(microCreditsOf('0.1') + microCreditsOf('0.2'))).toBe('0.3');
});
