// Imported files in the core: headers, values, and rows as history.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Credits, credits, formatCredits } from '../../src/core/credits.ts';
import { type ImportRow, type ImportTerms, type RowProblem, readRow } from '../../src/core/import-row.ts';
import { readDay, readFigure, readFlag, readText } from '../../src/core/import-value.ts';
import { columnsOf, type Header, IMPORT_VIEWS, type ImportView, readHeader } from '../../src/core/import-view.ts';
import type { Day } from '../../src/core/month.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { headerOf } from '../../src/core/report.ts';

const HALF_THOUSAND = credits('500');
const TERMS: ImportTerms = {
  period: { from: '2026-02-09' as Day, to: '2026-03-10' as Day },
  belowThousandAs: HALF_THOUSAND,
  environment: { id: 'imported', name: 'Imported' },
};

function header(titles: readonly string[], view?: ImportView): Header {
  const read = readHeader(titles, view);
  if (isRefusal(read)) throw new Error(read.detail);
  return read;
}

function rowOf(titles: string, cells: string, terms = TERMS): ImportRow | RowProblem {
  return readRow(header(titles.split(',')), cells.split('|'), terms);
}

function good(titles: string, cells: string): ImportRow {
  const row = rowOf(titles, cells);
  if ('detail' in row) throw new Error(row.detail);
  return row;
}

describe('headers', () => {
  for (const view of IMPORT_VIEWS) {
    it(`${view}: the report's own header is known, and every column of it is of use`, () => {
      expect(header(headerOf(view))).toMatchObject({ view, ignored: [], width: headerOf(view).length });
    });

    it(`${view}: in any order, case and punctuation, with others between them`, () => {
      const titles = headerOf(view).map((title) => title.toUpperCase().replaceAll(' ', '_'));
      const read = header(['Remark', ...titles.toReversed()]);
      expect(read).toMatchObject({ view, ignored: ['Remark'] });
      expect(read.places.size).toBe(titles.length);
    });

    it(`${view}: a needed column that is missing is named`, () => {
      for (const { title } of columnsOf(view).filter((column) => column.needed)) {
        const refusal = readHeader(headerOf(view).filter((each) => each !== title)) as Refusal;
        expect(refusal.refused).toBe('InvalidRequest');
        expect(refusal.members?.missing).toEqual([title]);
        expect(refusal.detail).toContain(title);
      }
    });
  }

  it('refuses a header of nothing that is known, saying what would be', () => {
    const refusal = readHeader(['Name', 'Price']) as Refusal;
    expect(refusal.detail).toMatch(
      /none of ai-builder-consumption \(Date, EnvironmentId, AIConsumption\).+it has "Name", "Price"/,
    );
  });

  it('refuses a column that is there twice', () => {
    expect(readHeader(['Date', 'date ', 'EnvironmentId', 'AIConsumption'])).toMatchObject({ refused: 'InvalidRequest' });
  });

  it('asks which view is meant where the header fits two, and takes the answer', () => {
    const both = [...headerOf('ai-builder-consumption'), 'Usage Date', 'Prepaid Consumed Quantity'];
    expect(readHeader(both)).toMatchObject({ members: { views: ['ai-builder-consumption', 'copilot-credits-environments'] } });
    expect(header(both, 'copilot-credits-environments').view).toBe('copilot-credits-environments');
  });
});

describe('values', () => {
  const FIGURES: [string, string | null, (string | null)?][] = [
    ['0', '0'],
    ['1200', '1200'],
    ['1,200', '1200'],
    ['1,234,567.5', '1234567.5'],
    ['7.50', '7.5'],
    ['0.000001', '0.000001'],
    ['007', '7'],
    ['12.', '12'],
    ['<1K', '500', '<1K'],
    ['< 1k', '500', '< 1k'],
    ['<1,000', '500', '<1,000'],
    ['1.2K', '1200', '1.2K'],
    ['3M', '3000000', '3M'],
    ['', null],
    ['-5', null],
    ['1,23', null],
    ['1.234.567', null],
    ['1e3', null],
    ['0.0000001', null],
    ['1000000001', null],
    ['9999999999999', null],
    ['999999999M', null],
    ['<2K', null],
    ['12 34', null],
    ['NaN', null],
    [`0.${'0'.repeat(1_000_000)}1`, null],
  ];
  for (const [text, amount, inexact = null] of FIGURES) {
    it(`the figure ${JSON.stringify(text.slice(0, 20))} is ${amount ?? 'none'}`, () => {
      const read = readFigure(text, HALF_THOUSAND);
      if (amount === null) expect(read).toMatch(/^is /);
      else expect(read).toEqual({ credits: credits(amount), inexact });
    });
  }

  it('every figure that a report writes is read as it was', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 1_000_000_000_000_000n), (micro) => {
        expect(readFigure(formatCredits(micro as Credits), HALF_THOUSAND)).toEqual({ credits: micro, inexact: null });
      }),
    );
  });

  const DAYS: [string, string | null][] = [
    ['5/3/2026 12:00:00 AM', '2026-05-03'],
    ['12/31/2025', '2025-12-31'],
    ['05/03/2026 00:00', '2026-05-03'],
    ['2026-05-03', '2026-05-03'],
    ['2026-05-03T00:00:00Z', '2026-05-03'],
    ['2026-05-03 23:59:59.123', '2026-05-03'],
    ['31/12/2025', null],
    ['2026-02-29', null],
    ['2026-05-03T00:00:00-05:00', null],
    ['5/3/26', null],
    ['46000', null],
    ['', null],
  ];
  for (const [text, day] of DAYS) it(`the day of ${JSON.stringify(text)} is ${day}`, () => expect(readDay(text)).toBe(day));

  it('flags are TRUE and FALSE in any case; nothing is FALSE', () => {
    expect(['TRUE', 'true', 'FALSE', 'False', '', 'maybe'].map(readFlag)).toEqual([true, true, false, false, false, null]);
  });

  it('texts lose what kept them from being run as formulas, and nothing else', () => {
    const texts = ["'=SUM(A1)", "'+1", "'-1", "'@x", "it's", "'quoted'", '=x', ' Sales '];
    expect(texts.map(readText)).toEqual(['=SUM(A1)', '+1', '-1', '@x', "it's", "'quoted'", '=x', 'Sales']);
  });
});

const AI = 'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial';
const ENVIRONMENTS = headerOf('copilot-credits-environments').join(',');
const AGENTS = headerOf('copilot-credits-agents').join(',');
const USERS = headerOf('copilot-credits-users').join(',');

describe('rows as history', () => {
  it('AI Builder credits of a user, of a trial where it says so (X2)', () => {
    expect(good(AI, '2026-03-10|ada|sales|Sales|200|FALSE').entries).toMatchObject([
      {
        day: '2026-03-10',
        userId: 'ada',
        environmentId: 'sales',
        currency: 'ai-builder-credits',
        kind: 'prepaid',
        credits: 200_000_000n,
      },
    ]);
    expect(good(AI, '2026-03-10|ada|sales|Sales|200|TRUE').entries).toMatchObject([{ kind: 'trial' }]);
  });

  it('<1K counts as what is asked for, and stays readable in the label', () => {
    const row = good(AI, '2026-03-10|ada|sales|Sales|<1K|FALSE');
    expect(row.entries[0]).toMatchObject({ credits: HALF_THOUSAND, labels: { view: 'ai-builder-consumption', figure: '<1K' } });
    expect(row.remarks).toEqual([{ about: 'below-thousand' }]);
  });

  it('Copilot Credits of an environment: prepaid and pay-as-you-go apart, none where nothing was consumed', () => {
    const row = good(ENVIRONMENTS, 'plan|Azure|sales|Sales|MCSMessages|9000|37|2|5/3/2026 12:00:00 AM');
    expect(row.entries.map(({ kind, credits: amount }) => [kind, formatCredits(amount)])).toEqual([
      ['prepaid', '37'],
      ['pay-as-you-go', '2'],
    ]);
    expect(row.entries[0]!.labels).toEqual({
      view: 'copilot-credits-environments',
      billingPlanId: 'plan',
      billingPlanName: 'Azure',
      entitledQuantity: '9000',
    });
    expect(good(ENVIRONMENTS, '||sales|Sales|MCSMessages|0|0|2|5/3/2026').entries.map((entry) => entry.kind)).toEqual([
      'pay-as-you-go',
    ]);
    expect(good(ENVIRONMENTS, '||sales|Sales|MCSMessages|0|0|0|5/3/2026').entries).toMatchObject([
      { kind: 'prepaid', credits: 0n },
    ]);
    expect(good(ENVIRONMENTS, '||sales|Sales|MCSSessions|0|1|0|5/3/2026').entries).toMatchObject([
      { currency: 'copilot-sessions' },
    ]);
  });

  it('an agent: its feature, channel and model as the catalogue has them, on the last day of the period', () => {
    const row = good(AGENTS, 'Helper|bot|Copilot Studio|Classic answer|193|63|M365 Copilot|SharePoint|HTTP|GPT-4.1||sales|Sales');
    expect(row.entries).toMatchObject([
      {
        day: '2026-03-10',
        caller: 'agent',
        resource: { type: 'agent', id: 'bot', name: 'Helper' },
        capability: 'classic-answer',
        feature: 'classic-answer',
        model: 'gpt-4.1',
        channel: 'm365-copilot',
        kind: 'prepaid',
        credits: 193_000_000n,
        labels: {
          view: 'copilot-credits-agents',
          product: 'Copilot Studio',
          feature: 'Classic answer',
          channel: 'M365 Copilot',
          model: 'GPT-4.1',
          knowledgeSources: 'SharePoint',
          toolUsed: 'HTTP',
        },
      },
      { kind: 'non-billed', credits: 63_000_000n },
    ]);
  });

  it('a feature, a product and a model that are not known are kept as they were written', () => {
    const row = good(AGENTS, 'Helper|bot|Copilot Magic|Telepathy|1|0||||GPT-5.6 Sol||sales|Sales');
    expect(row.entries[0]).toMatchObject({
      capability: 'imported',
      feature: null,
      model: 'GPT-5.6 Sol',
      labels: { feature: 'Telepathy' },
    });
    expect(row.remarks).toEqual([
      { about: 'feature', of: 'Telepathy' },
      { about: 'product', of: 'Copilot Magic' },
    ]);
  });

  it('what a user was not billed is what it used beyond', () => {
    const row = good(USERS, 'u1|ada@contoso.com|bot|Helper|278|718|TRUE');
    expect(row.entries).toMatchObject([
      { userId: 'u1', environmentId: 'imported', m365Copilot: true, kind: 'prepaid', credits: 278_000_000n },
      { kind: 'non-billed', credits: 440_000_000n, labels: { userEmail: 'ada@contoso.com' } },
    ]);
  });

  const PROBLEMS: [string, string, RowProblem][] = [
    [AI, '2026-03-10|ada|sales|Sales|200', { detail: 'has 5 columns where the header has 6' }],
    [AI, '2026-03-10|ada|sales|Sales|200|FALSE|x', { detail: 'has 7 columns where the header has 6' }],
    [
      AI,
      '10.3.2026|ada|sales|Sales|200|FALSE',
      { column: 'Date', detail: 'is "10.3.2026": wanted month/day/year such as 5/31/2026, or 2026-05-31' },
    ],
    [
      AI,
      '2026-03-10|ada|our sales|Sales|200|FALSE',
      { column: 'EnvironmentId', detail: 'is "our sales": wanted 1 to 128 letters, digits and . _ @ -' },
    ],
    [
      AI,
      '2026-03-10|ada|sales|Sales|many|FALSE',
      { column: 'AIConsumption', detail: 'is "many": wanted credits such as 1200, 1,200 or 7.5' },
    ],
    [AI, '2026-03-10|ada|sales|Sales|200|maybe', { column: 'IsTrial', detail: 'is "maybe": wanted TRUE or FALSE' }],
    [AI, '2026-03-10|a\u0000da|sales|Sales|200|FALSE', { column: 'UserId', detail: 'has a control character in it' }],
    [
      AI,
      `2026-03-10|${'a'.repeat(257)}|sales|Sales|200|FALSE`,
      { column: 'UserId', detail: 'has 257 characters, at most 256 are taken' },
    ],
    [
      ENVIRONMENTS,
      '||sales|Sales|Storage|0|1|0|5/3/2026',
      { column: 'Capacity Type', detail: 'is "Storage": taken are MCSMessages and MCSSessions' },
    ],
    [
      ENVIRONMENTS,
      '||sales|Sales|MCSMessages|0||0|5/3/2026',
      { column: 'Prepaid Consumed Quantity', detail: 'is empty: wanted credits such as 1200, 1,200 or 7.5' },
    ],
    [
      USERS,
      'u1|a@b|bot|Helper|278|277|TRUE',
      { column: 'Credits used', detail: 'is 277, less than the 278 that were billed of it' },
    ],
  ];
  for (const [titles, cells, problem] of PROBLEMS)
    it(`${cells.slice(0, 60)} ${problem.detail.slice(0, 40)}`, () => expect(rowOf(titles, cells)).toEqual(problem));

  it('an empty cell too many is no harm', () => {
    expect(good(AI, '2026-03-10|ada|sales|Sales|200|FALSE||').figures).toBe('prepaid 200');
  });
});

describe('the identity of a row', () => {
  it('does not change with its figures, with names, or with how a day is written', () => {
    const identity = good(ENVIRONMENTS, 'plan|Azure|sales|Sales|MCSMessages|9000|37|0|5/3/2026 12:00:00 AM').identity;
    for (const same of ['plan|Azure|sales|Sales|MCSMessages|9000|38|4|5/3/2026 12:00:00 AM', '||sales|Vente||0|37|0|2026-05-03'])
      expect(good(ENVIRONMENTS, same).identity).toBe(identity);
  });

  it('changes with each column that tells rows apart', () => {
    const base = [
      'Helper',
      'bot',
      'Copilot Studio',
      'Classic answer',
      '1',
      '0',
      'Teams',
      'SharePoint',
      'HTTP',
      'GPT',
      'x',
      'sales',
      'Sales',
    ];
    const identity = good(AGENTS, base.join('|')).identity;
    for (const [index, { title, part }] of columnsOf('copilot-credits-agents').entries()) {
      const other = base.with(index, part === 'figure' ? '9' : 'Other');
      expect([title, good(AGENTS, other.join('|')).identity === identity]).toEqual([title, part !== 'identifies']);
    }
  });

  it('is of its period where rows have no day', () => {
    const june = { ...TERMS, period: { from: '2026-06-01' as Day, to: '2026-06-30' as Day } };
    const cells = 'u1|a@b|bot|Helper|278|718|TRUE';
    expect((rowOf(USERS, cells, june) as ImportRow).identity).not.toBe(good(USERS, cells).identity);
  });
});
