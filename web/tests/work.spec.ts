import { expect, expectAccessible, signIn, test } from './stage';

test('what is mine to do is on one list, and is moved on from there', async ({ page, api }) => {
  const people = (await api.call('GET', '/v1/users?email=bob@example.com')) as { data: { id: string }[] };
  const title = `For Bob ${Date.now()}`;
  const task = await api.create({ title, assigneeId: people.data[0]?.id });
  await signIn(page, 'bob');
  await page.goto('/work');
  await expect(page.getByRole('link', { name: title })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: `Move ${title}` }).click();
  await page.getByRole('menuitem', { name: 'In progress' }).click();
  await expect.poll(async () => (await api.read(task.id)).status).toBe('IN_PROGRESS');
  await page.getByRole('link', { name: title }).click();
  await expect(page.getByRole('dialog').getByRole('textbox', { name: 'Title' })).toHaveValue(title);
});

test('implementation tasks lead to their change', async ({ page }) => {
  await signIn(page, 'bob');
  await page.goto('/work');
  await page
    .getByRole('link', { name: /ECO-|MCO-|DCO-/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/changes\/[0-9A-Z]{20}$/);
  await expect(page.getByRole('heading', { name: 'Implementation tasks' })).toBeVisible();
});
