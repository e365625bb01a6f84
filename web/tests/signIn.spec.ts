import { expect, expectAccessible, PASSWORD, PEOPLE, signIn, test } from './stage';

test('somebody signs in, sees their tasks and signs out again', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL('/sign-in');
  await expectAccessible(page);
  await page.getByLabel('E-mail address').fill(PEOPLE.ada.email);
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/tasks');
  await expect(page.getByRole('table', { name: 'Tasks' }).getByRole('link').first()).toBeVisible();

  await page.getByRole('button', { name: 'Account of Ada Brandt' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/sign-in');
  await page.goto('/tasks');
  await expect(page).toHaveURL('/sign-in?to=%2Ftasks');
});

test('a wrong password is refused in the words of the server', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(PEOPLE.max.email);
  await page.getByLabel(/^Password/).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText(/password/i);
  await expect(page).toHaveURL('/sign-in');
});

test('who followed a link is taken there after signing in, and to no other site', async ({ page }) => {
  await page.goto('/board?priority=HIGH');
  await page.getByLabel('E-mail address').fill(PEOPLE.ada.email);
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL('/board?priority=HIGH');
  await page.goto('/sign-in?to=//elsewhere.example/');
  await expect(page).toHaveURL('/tasks');
});

test('an address that the app does not know says so', async ({ page }) => {
  await signIn(page, 'ada');
  await page.goto('/nothing/here');
  await expect(page.getByRole('heading', { name: 'There is no such page' })).toBeVisible();
});
