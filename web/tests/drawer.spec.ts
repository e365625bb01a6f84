import { expect, expectAccessible, test } from './stage';

test('a task is read and edited beside the list, and each change is saved', async ({ ada, api }) => {
  const task = await api.create({ title: `Edit me ${Date.now()}` });
  await ada.goto(`/tasks?task=${task.id}`);
  const drawer = ada.getByRole('dialog');
  const title = drawer.getByRole('textbox', { name: 'Title' });
  await expect(title).toHaveValue(task.title);
  await expectAccessible(ada);

  await title.fill('Edited in place');
  await title.press('Enter');
  await expect.poll(async () => (await api.read(task.id)).title).toBe('Edited in place');
  await drawer.getByRole('combobox', { name: 'Priority' }).click();
  await ada.getByRole('option', { name: 'Urgent' }).click();
  await expect.poll(async () => (await api.read(task.id)).priority).toBe('URGENT');
  await drawer.getByRole('button', { name: 'Move to In progress' }).click();
  await expect(drawer.getByRole('button', { name: 'Move to Review' })).toBeVisible();

  await ada.keyboard.press('Escape');
  await expect(drawer).toHaveCount(0);
  await expect(ada).toHaveURL('/tasks');
});

test('a change is undone', async ({ ada, api }) => {
  const task = await api.create({ title: `Undo me ${Date.now()}`, priority: 'LOW' });
  await ada.goto(`/tasks?task=${task.id}`);
  await ada.getByRole('dialog').getByRole('combobox', { name: 'Priority' }).click();
  await ada.getByRole('option', { name: 'High' }).click();
  await expect.poll(async () => (await api.read(task.id)).priority).toBe('HIGH');
  await ada.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await api.read(task.id)).priority).toBe('LOW');
});

test('what two people make of one field is shown to be decided, and nothing is lost', async ({
  ada,
  api,
}) => {
  const task = await api.create({ title: `Two authors ${Date.now()}` });
  await ada.goto(`/tasks?task=${task.id}`);
  const title = ada.getByRole('dialog').getByRole('textbox', { name: 'Title' });
  await title.fill('What Ada wrote');
  await api.change(task.id, { title: 'What somebody else wrote', priority: 'URGENT' });
  await title.press('Enter');
  const conflict = ada.getByRole('alert').filter({ hasText: 'Somebody else changed this' });
  await expect(conflict.getByText('What Ada wrote')).toBeVisible();
  await expect(conflict.getByText('What somebody else wrote')).toBeVisible();
  expect((await api.read(task.id)).title).toBe('What somebody else wrote');
  await expectAccessible(ada);

  await conflict.getByRole('button', { name: 'Save the choice' }).click();
  await expect.poll(async () => (await api.read(task.id)).title).toBe('What Ada wrote');
  expect((await api.read(task.id)).priority).toBe('URGENT');
  await expect(conflict).toHaveCount(0);
});

test('theirs can be taken instead, and then what is shown is theirs', async ({ ada, api }) => {
  const task = await api.create({ title: `Two more authors ${Date.now()}` });
  await ada.goto(`/tasks?task=${task.id}`);
  const title = ada.getByRole('dialog').getByRole('textbox', { name: 'Title' });
  await title.fill('What Ada wrote');
  await api.change(task.id, { title: 'Theirs' });
  await title.press('Enter');
  await ada.getByText('Take theirs').click();
  await ada.getByRole('button', { name: 'Save the choice' }).click();
  await expect(title).toHaveValue('Theirs');
  expect((await api.read(task.id)).title).toBe('Theirs');
});

test('changes of different fields at the same time all survive without a question', async ({ ada, api }) => {
  const task = await api.create({ title: `Two fields ${Date.now()}` });
  await ada.goto(`/tasks?task=${task.id}`);
  const title = ada.getByRole('dialog').getByRole('textbox', { name: 'Title' });
  await title.fill('Ada changed the title');
  await api.change(task.id, { priority: 'HIGH' });
  await title.press('Enter');
  await expect.poll(async () => (await api.read(task.id)).title).toBe('Ada changed the title');
  expect((await api.read(task.id)).priority).toBe('HIGH');
});

test('a comment is written, edited and deleted, and the history tells of it', async ({ ada, api }) => {
  const task = await api.create({ title: `Talk about it ${Date.now()}` });
  await ada.goto(`/tasks?task=${task.id}`);
  const drawer = ada.getByRole('dialog');
  await drawer.getByLabel('Write a comment').fill('Looks good to me');
  await drawer.getByRole('button', { name: 'Comment', exact: true }).click();
  await expect(drawer.getByText('Looks good to me')).toBeVisible();
  await drawer.getByRole('button', { name: 'Edit', exact: true }).click();
  await drawer.getByRole('textbox', { name: 'Edit' }).fill('On second thoughts, no');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(drawer.getByText('On second thoughts, no')).toBeVisible();

  await api.change(task.id, { priority: 'URGENT' });
  await drawer.getByRole('tab', { name: 'History' }).click();
  await expect(drawer.getByText('Ada Brandt created the task')).toBeVisible();
  await expect(drawer.getByText('Ada Brandt edited a comment')).toBeVisible();
  await expect(drawer.getByText('Priority: Medium → Urgent')).toBeVisible();
  await expectAccessible(ada);
});

test('a task that is not there is said not to be there', async ({ ada }) => {
  await ada.goto('/tasks?task=00000000000000000000');
  await expect(ada.getByRole('heading', { name: 'This task is not there any more' })).toBeVisible();
});
