import type { Page } from 'playwright-core';

/** Signs in by key on the page that asks for it, as a person does; where people have accounts the key is one click further. */
export async function signInByKey(page: Page, key: string): Promise<void> {
  const field = page.getByLabel('Key of your tenant');
  const instead = page.getByRole('button', { name: 'Sign in with a key' });
  await field.or(instead).waitFor();
  if (await instead.isVisible()) await instead.click();
  await field.fill(key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
