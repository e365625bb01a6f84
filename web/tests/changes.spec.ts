import { type Api, expect, expectAccessible, test } from './stage';

interface Change {
  guid: string;
  number: string;
}

interface Page {
  results: { guid: string; name: string }[];
}

/** A change in the category that gives new ones their implementation tasks. */
async function newChange(api: Api, title: string): Promise<Change> {
  const { results } = (await api.call('GET', '/v1/settings/changes/categories?limit=400')) as Page;
  const category = results.find(({ name }) => name === 'Engineering Change Order');
  return (await api.call('POST', '/v1/changes', { title, category: { guid: category?.guid } })) as Change;
}

test('changes are found by title and by stage, and one is opened', async ({ ada, api }) => {
  const title = `A hinge of steel ${Date.now()}`;
  const change = await newChange(api, title);
  await ada.goto('/changes');
  await expectAccessible(ada);
  await ada.getByRole('searchbox', { name: 'Search titles' }).fill(title.slice(-13));
  await expect(ada.getByRole('list', { name: 'Changes' }).getByRole('listitem')).toHaveCount(1);
  await expect(ada).toHaveURL(`/changes?title=${title.slice(-13)}`);
  await ada.getByRole('link', { name: title }).click();
  await expect(ada).toHaveURL(`/changes/${change.guid}`);
  await expect(ada.getByRole('heading', { name: title })).toBeVisible();
  await expect(ada.getByText(change.number, { exact: true })).toBeVisible();
});

test('a change is moved on by what can be asked for, and what cannot be says why', async ({ ada, api }) => {
  const change = await newChange(api, `Moved on ${Date.now()}`);
  await ada.goto(`/changes/${change.guid}`);
  await ada.getByRole('button', { name: 'Submit', exact: true }).click();
  const dialog = ada.getByRole('dialog');
  await dialog.getByLabel('Comment').fill('Everything is ready');
  await expectAccessible(ada);
  await dialog.getByRole('button', { name: 'Submit', exact: true }).click();
  await expect(ada.getByText(`${change.number} is now:`, { exact: false })).toBeVisible();
  await expect(ada.locator('[aria-current=step]')).not.toHaveText('Open');
  const moves = ada.getByRole('region', { name: 'Moves' });
  await expect(moves.getByText(/open implementation tasks stand before/)).toBeVisible();
  await expectAccessible(ada);
});

test('implementation tasks are added and ticked off', async ({ ada, api }) => {
  const change = await newChange(api, `Ticked off ${Date.now()}`);
  await ada.goto(`/changes/${change.guid}`);
  await ada.getByRole('textbox', { name: 'Add a task' }).fill('Commit changes to archive');
  await ada.getByRole('button', { name: 'Add', exact: true }).click();
  const box = ada.getByRole('checkbox', { name: 'Done: Commit changes to archive' });
  await expect(box).toBeVisible();
  await expect(ada.getByText(/^0 of \d+ done/)).toBeVisible();
  await box.check();
  await expect(ada.getByText(/^1 of \d+ done/)).toBeVisible();
  await expect(box).toBeChecked();
  await expect(ada.getByRole('list', { name: 'History' }).getByText('Not started → Done')).toBeVisible();
});

test('a change that is not there is said not to be there', async ({ ada }) => {
  await ada.goto('/changes/00000000000000000000');
  await expect(ada.getByText('The guid "00000000000000000000" is not valid.')).toBeVisible();
});
