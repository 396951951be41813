// The paths of a server that are no rows of the table of routes, each with why it needs no right. test/route-right.test.ts fails for one that
// is missing here; test/rights.test.ts looks into each for anything of a tenant.

export const PAGES_WITHOUT_ROW: Readonly<Record<string, string>> = {
  '/openapi.json': 'the contract, the same for everybody',
  '/docs': 'the reference, the same for everybody',
  '/docs/style.css': 'how the reference looks',
  '/problems/:code': 'what a code of a problem means',
  '/metrics': 'figures of the installation without a name of anybody; those with names take the operator key',
  '/*': 'the files of the admin centre as they were built; the page asks for everything else with a session',
  '/': 'leads to the reference where no admin centre was built',
};
