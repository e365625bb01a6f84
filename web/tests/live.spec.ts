import { expect, test } from './stage';

const AT_ONCE = 2000; // milliseconds; the server tells within some tenths of a second

test('what somebody else changes is there without a reload', async ({ ada, api }) => {
  const label = `live${Date.now()}`;
  const listening = ada.waitForResponse((answer) => answer.url().includes('/v1/events/stream'));
  await ada.goto(`/tasks?tags=${label}`);
  await listening;
  await expect(ada.getByRole('heading', { name: 'No task passes these filters' })).toBeVisible();
  const task = await api.create({ title: `${label} new`, tags: [label] });
  // The first event of a server that has just started may take longer: its worker is still waking up.
  await expect(ada.getByRole('link', { name: `${label} new` })).toBeVisible();
  await api.change(task.id, { status: 'IN_PROGRESS' });
  await expect(ada.getByRole('row').nth(1).getByText('In progress')).toBeVisible({ timeout: AT_ONCE });
});

test('what others change does not take away what is being typed', async ({ ada, api }) => {
  const task = await api.create({ title: `Typed into ${Date.now()}` });
  const listening = ada.waitForResponse((answer) => answer.url().includes('/v1/events/stream'));
  await ada.goto(`/tasks?task=${task.id}`);
  await listening;
  const drawer = ada.getByRole('dialog');
  await drawer.getByRole('textbox', { name: 'Title' }).fill('Half a thou');
  await api.change(task.id, { title: 'Theirs', priority: 'URGENT' });
  await expect(drawer.getByRole('combobox', { name: 'Priority' })).toHaveValue('Urgent', {
    timeout: AT_ONCE,
  });
  await expect(drawer.getByRole('textbox', { name: 'Title' })).toHaveValue('Half a thou');
  // What was seen when typing began was not what is there now: so it is asked, and nothing overwritten.
  await drawer.getByRole('textbox', { name: 'Title' }).press('Enter');
  await expect(ada.getByText('Somebody else changed this in the meantime')).toBeVisible();
  expect((await api.read(task.id)).title).toBe('Theirs');
});
