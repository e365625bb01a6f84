import { expect, expectAccessible, test } from './stage';

test('the palette finds a task and goes to pages', async ({ ada, api }) => {
  const task = await api.create({ title: `Needle ${Date.now()}` });
  await ada.goto('/tasks');
  await expect(ada.getByRole('table')).toBeVisible();
  await ada.getByRole('button', { name: 'Search and commands' }).click();
  await ada.getByRole('textbox', { name: 'Find a task, or a command' }).fill(task.title);
  await ada.getByRole('button', { name: task.title }).click();
  await expect(ada.getByRole('dialog').getByRole('textbox', { name: 'Title' })).toHaveValue(task.title);
  await ada.keyboard.press('Escape');
  await expect(ada.getByRole('dialog')).toHaveCount(0);
  await ada.keyboard.press('Control+k');
  await ada.keyboard.type('Board');
  await ada.keyboard.press('Enter');
  await expect(ada).toHaveURL('/board');
});

test('shortcuts go where they say, and are explained', async ({ ada }) => {
  await ada.goto('/tasks');
  await expect(ada.getByRole('table')).toBeVisible();
  await ada.keyboard.press('g');
  await ada.keyboard.press('b');
  await expect(ada).toHaveURL('/board');
  await ada.keyboard.press('?');
  await expect(ada.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await expectAccessible(ada);
  await ada.keyboard.press('Escape');
  await expect(ada.getByRole('dialog')).toHaveCount(0);
  await ada.keyboard.press('g');
  await ada.keyboard.press('t');
  await expect(ada.getByRole('searchbox')).toBeVisible();
  await ada.keyboard.press('/');
  await ada.keyboard.type('gb');
  await expect(ada.getByRole('searchbox')).toHaveValue('gb');
  await expect(ada.getByText('Three letters or more')).toBeVisible();
});

test('the app is dark for who wants it so, and stays so', async ({ ada }) => {
  await ada.goto('/tasks');
  await ada.getByRole('button', { name: 'Account of Ada Brandt' }).click();
  await ada.getByText('Dark', { exact: true }).click();
  await expect(ada.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await ada.keyboard.press('Escape');
  for (const path of ['/tasks', '/board', '/changes', '/work']) {
    await ada.goto(path);
    await expect(ada.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(ada.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await expectAccessible(ada);
  }
});

test('the app speaks German to who wants it', async ({ ada }) => {
  await ada.goto('/tasks');
  await ada.getByRole('button', { name: 'Account of Ada Brandt' }).click();
  await ada.getByText('Deutsch').click();
  await expect(ada.getByRole('heading', { name: 'Aufgaben' })).toBeVisible();
  await expect(ada.locator('html')).toHaveAttribute('lang', 'de');
  await ada.reload();
  await expect(ada.getByRole('heading', { name: 'Aufgaben' })).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 } });

  for (const path of ['/tasks', '/board', '/changes', '/work']) {
    test(`${path} fits, and can be left by its navigation`, async ({ ada }) => {
      await ada.goto(path);
      await expect(ada.getByRole('heading', { level: 1 })).toBeVisible();
      const width = await ada.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(390);
      await expectAccessible(ada);
      await ada.getByRole('navigation').getByRole('link', { name: 'Tasks' }).click();
      await expect(ada).toHaveURL('/tasks');
    });
  }
});

test('a server that does not answer is said not to, and asked again', async ({ ada }) => {
  await ada.route(/\/v1\/events/, (route) => route.abort()); // what others do would begin each attempt anew
  await ada.goto('/board');
  await expect(ada.getByRole('heading', { level: 1 })).toBeVisible();
  await ada.route(/\/v1\/tasks\?/, (route) => route.abort());
  await ada.getByRole('navigation').getByRole('link', { name: 'Tasks' }).click();
  await expect(ada.getByRole('heading', { name: 'The server does not answer' })).toBeVisible({
    timeout: 20_000,
  });
  await expectAccessible(ada);
  await ada.unroute(/\/v1\/tasks\?/);
  await ada.getByRole('button', { name: 'Try again' }).click();
  await expect(ada.getByRole('table')).toBeVisible();
});
