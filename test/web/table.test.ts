// Lists without a browser: what a search finds, how rows are ordered, what a spreadsheet gets.

import { describe, expect, it } from 'vitest';
import type { EnvironmentCapacityRow } from '../../sdk/src/index.ts';
import { keepSameRows } from '../../src/web/environment/keep-same-rows.ts';
import { type Column, found, sorted } from '../../src/web/table/column.ts';
import { toCsv } from '../../src/web/table/csv.ts';

interface Row {
  name: string | null;
  credits: string;
  note?: string;
}

const COLUMNS: Column<Row>[] = [
  { id: 'name', title: 'Name', value: ({ name }) => name },
  { id: 'credits', title: 'Credits', value: ({ credits }) => credits },
  { id: 'note', title: 'Note', value: ({ note }) => note, extra: true },
  { id: 'act', title: '' },
];
const row = (name: string | null, credits = '0', note?: string): Row => ({
  name,
  credits,
  ...(note === undefined ? {} : { note }),
});
const names = (rows: readonly Row[]) => rows.map(({ name }) => name);

describe('a search', () => {
  const rows = [row('Sales'), row('Customer support'), row('Finance', '0', 'sales of licences')];

  it('finds every word, in any column, whatever its case', () => {
    expect(names(found(rows, COLUMNS, 'SALES'))).toEqual(['Sales', 'Finance']);
    expect(names(found(rows, COLUMNS, ' support  cust'))).toEqual(['Customer support']);
    expect(found(rows, COLUMNS, 'sales support')).toEqual([]);
  });

  it('finds nothing across two columns, and sees what a row says now', () => {
    expect(found(rows, COLUMNS, 'sales0')).toEqual([]);
    const renamed = rows.map((each) => (each.name === 'Sales' ? row('Revenue') : each));
    expect(names(found(renamed, COLUMNS, 'sales'))).toEqual(['Finance']);
    expect(names(found(renamed, COLUMNS, 'revenue'))).toEqual(['Revenue']);
    // Other columns say other things of the same rows.
    expect(found(rows, [COLUMNS[1]!], 'sales')).toEqual([]);
  });

  it('for nothing leaves all rows as they are', () => {
    expect(found(rows, COLUMNS, '  ')).toBe(rows);
  });
});

describe('the order', () => {
  it('is that of numbers where both are, exact or not', () => {
    const rows = [row('a', '1000000.5'), row('b', '9'), row('c', '1000000'), row('d', '-3')];
    expect(names(sorted(rows, COLUMNS, 'credits'))).toEqual(['d', 'b', 'c', 'a']);
    expect(names(sorted(rows, COLUMNS, '-credits'))).toEqual(['a', 'c', 'b', 'd']);
  });

  it('is that of people where they are texts, with what is not there first', () => {
    const rows = [row('Environment 10'), row('environment 9'), row(null), row('Ärzte')];
    expect(names(sorted(rows, COLUMNS, 'name'))).toEqual([null, 'Ärzte', 'environment 9', 'Environment 10']);
  });

  it('stays where a column is not known, or cannot be sorted by', () => {
    const rows = [row('b'), row('a')];
    for (const sort of ['nothing', '-nothing', 'act', undefined]) expect(sorted(rows, COLUMNS, sort)).toBe(rows);
  });
});

describe('CSV', () => {
  const cell = (value: string) => toCsv([COLUMNS[0]!], [row(value)]).split('\r\n')[1];

  it('has the columns that say something, amounts exact', () => {
    expect(toCsv(COLUMNS, [row('Sales', '1025000.000001')])).toBe('Name,Credits,Note\r\nSales,1025000.000001,\r\n');
  });

  it('quotes what needs it', () => {
    expect(cell('a "b", c')).toBe('"a ""b"", c"');
    expect(toCsv([COLUMNS[0]!], [row('two\nlines')])).toBe('Name\r\n"two\nlines"\r\n');
  });

  for (const formula of ['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\tx', '＝1', '=cmd|"/c calc"!A1']) {
    it(`runs nothing: ${JSON.stringify(formula)}`, () => {
      expect(cell(formula)!.replace(/^"/, '')).toMatch(/^'/);
    });
  }

  it('leaves numbers below zero as they are', () => {
    expect(cell('-12.5')).toBe('-12.5');
  });
});

describe('rows that are answered again', () => {
  const environment = (environmentId: string, consumed = '0', name = environmentId): EnvironmentCapacityRow => ({
    environmentId,
    name,
    type: 'production',
    currencies: [
      {
        currency: 'copilot-credits',
        source: 'pool',
        available: '25000',
        consumed,
        held: '0',
        overage: '0',
        percent: '0',
        status: 'within-capacity',
        payAsYouGo: '0',
        resetsOn: '2026-12-01',
      },
    ],
  });
  const before = [environment('a'), environment('b'), environment('c')];

  it('are the same list where nothing is other', () => {
    expect(keepSameRows(before, structuredClone(before))).toBe(before);
  });

  it('stay the same rows where only others have changed, come or gone', () => {
    const now = [environment('a'), environment('a2'), environment('c', '12')];
    const kept = keepSameRows(before, now);
    expect(kept).toEqual(now);
    expect(kept[0]).toBe(before[0]);
    expect(kept[2]).not.toBe(before[2]);
    expect(keepSameRows(before, [environment('b'), environment('c')])).toEqual([before[1], before[2]]);
  });

  const others: readonly (readonly [string, EnvironmentCapacityRow])[] = [
    ['its name', environment('b', '0', 'Another')],
    ['a figure', environment('b', '1')],
    ['its type', { ...environment('b'), type: 'sandbox' }],
    ['a currency more', { ...environment('b'), currencies: [...environment('b').currencies, ...environment('b').currencies] }],
  ];
  for (const [what, other] of others) {
    it(`are others where ${what} is`, () => {
      expect(keepSameRows(before, [before[0]!, other, before[2]!])[1]).toEqual(other);
    });
  }
});
