import { expect, expectAccessible, test } from './stage';

test('filters are chips in the address, and survive a reload', async ({ ada }) => {
  await ada.goto('/tasks');
  await ada.getByRole('button', { name: 'Status' }).first().click();
  await ada.getByRole('checkbox', { name: 'Review' }).check();
  await ada.getByRole('checkbox', { name: 'Done' }).check();
  await expect(ada).toHaveURL('/tasks?status=REVIEW,DONE');
  await ada.keyboard.press('Escape');
  await ada.reload();
  await expect(ada.getByRole('button', { name: 'Remove the filter Status: Review' })).toBeVisible();
  await expect(ada.getByRole('link', { name: 'Approve the alternate magnet' })).toBeVisible();
  await expect(ada.getByRole('link', { name: 'Write the drop test procedure' })).toHaveCount(0);
  await expectAccessible(ada);

  await ada.getByRole('button', { name: 'Remove the filter Status: Review' }).click();
  await expect(ada).toHaveURL('/tasks?status=DONE');
  await ada.getByRole('button', { name: 'Clear all' }).click();
  await expect(ada).toHaveURL('/tasks');
});

test('a search finds text in titles, and says when nothing is found', async ({ ada }) => {
  await ada.goto('/tasks');
  const field = ada.getByRole('searchbox', { name: 'Search tasks' });
  await field.fill('gasket');
  await expect(ada).toHaveURL('/tasks?search=gasket');
  await expect(ada.getByRole('link', { name: /gasket samples/ })).toBeVisible();
  await expect(ada.getByText('1 task', { exact: true })).toBeVisible();
  await field.fill('no such thing');
  await expect(ada.getByRole('heading', { name: 'No task passes these filters' })).toBeVisible();
  await expectAccessible(ada);
});

test('a column sorts, first one way and then the other', async ({ ada }) => {
  await ada.goto('/tasks?tags=supplier');
  await ada.getByRole('button', { name: 'Title' }).click();
  await expect(ada).toHaveURL('/tasks?tags=supplier&sort=title');
  const first = ada.getByRole('row').nth(1).getByRole('link');
  await expect(first).toHaveText('Agree on the sampling plan with the anodiser');
  await ada.getByRole('button', { name: 'Title' }).click();
  await expect(ada.getByRole('columnheader', { name: 'Title' })).toHaveAttribute('aria-sort', 'descending');
  await expect(first).not.toHaveText('Agree on the sampling plan with the anodiser');
});

test('ten thousand tasks are scrolled through, a few rows at a time', async ({ ada, api }) => {
  test.slow(); // they have to be made first
  const many = Array.from({ length: 10_000 }, (_, number) => ({
    title: `Measure pin ${String(number).padStart(5, '0')}`,
    tags: ['ten-thousand'],
  }));
  await api.createMany(many);
  await ada.goto('/tasks?tags=ten-thousand&sort=title');
  await expect(ada.getByText('10000 tasks')).toBeVisible();
  await expect(ada.getByRole('link', { name: 'Measure pin 00000' })).toBeVisible();

  const list = ada.getByRole('table').locator('..');
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await expect(ada.getByRole('link', { name: 'Measure pin 09999' })).toBeVisible();
  await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
  await expect(ada.getByRole('link', { name: 'Measure pin 05000' })).toBeVisible();
  expect(await ada.getByRole('row').count()).toBeLessThan(80);
  await expect(ada.getByRole('table')).toHaveAttribute('aria-rowcount', '10001');
});

test('what is selected is changed at once, and what the server refuses stays selected', async ({
  ada,
  api,
}) => {
  const label = `bulk${Date.now()}`;
  await api.create({ title: `${label} can begin`, tags: [label] });
  await api.create({ title: `${label} is over`, tags: [label], status: 'DONE' });
  await ada.goto(`/tasks?tags=${label}`);
  await ada.getByRole('checkbox', { name: 'Select the tasks that are loaded' }).check();
  await expect(ada.getByText('2 selected')).toBeVisible();
  await expectAccessible(ada);
  await ada.getByRole('toolbar').getByRole('button', { name: 'Status' }).click();
  await ada.getByRole('menuitem', { name: 'In progress' }).click();
  await expect(ada.getByText('1 task changed')).toBeVisible();
  const refusal = ada.getByRole('alert').filter({ hasText: '1 task was not changed' });
  await expect(refusal).toContainText("Cannot transition from status 'DONE' to 'IN_PROGRESS'");
  await expect(ada.getByText('1 selected')).toBeVisible();
  await expect(ada.getByRole('checkbox', { name: `Select ${label} is over` })).toBeChecked();
});

test('selected tasks are deleted after a question', async ({ ada, api }) => {
  const label = `away${Date.now()}`;
  await api.create({ title: `${label} one`, tags: [label] });
  await ada.goto(`/tasks?tags=${label}`);
  await ada.getByRole('checkbox', { name: `Select ${label} one` }).check();
  await ada.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(ada.getByRole('link', { name: `${label} one` })).toBeVisible();
  await ada.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click();
  await ada.getByRole('dialog').getByRole('button', { name: 'Yes, delete' }).click();
  await expect(ada.getByRole('heading', { name: 'No task passes these filters' })).toBeVisible();
});

test('a view is saved under a name, and shown again', async ({ ada }) => {
  await ada.goto('/tasks?status=REVIEW&sort=dueDate');
  await ada.getByRole('button', { name: 'Views' }).click();
  await ada.getByLabel('Name of the view').fill('To be looked at');
  await ada.getByRole('button', { name: 'Save this view' }).click();
  await ada.goto('/tasks');
  await ada.getByRole('button', { name: 'Views' }).click();
  await ada.getByRole('button', { name: 'To be looked at', exact: true }).click();
  await expect(ada).toHaveURL('/tasks?status=REVIEW&sort=dueDate');
});

test('a new task is made, and what is wrong with it is said at its field', async ({ ada }) => {
  const title = `Weigh the housing ${Date.now()}`;
  await ada.goto('/tasks');
  await ada.getByRole('button', { name: 'New task' }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('Title').fill(title);
  await dialog.getByLabel('Due').fill('2020-01-01T10:00');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(dialog.getByText('Due date must be in the future')).toBeVisible();
  await expectAccessible(ada);
  await dialog.getByLabel('Due').fill('2099-01-01T10:00');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await expect(ada.getByRole('link', { name: title })).toBeVisible();
});
