/** What the tests stand on: pages of people who are signed in, the API beside them, and no errors anywhere. */
import AxeBuilder from '@axe-core/playwright';
import { test as bare, expect, type Page } from '@playwright/test';
import { PASSWORD, PEOPLE } from './server';

export { expect, PASSWORD, PEOPLE };

export const address = () => process.env.PUNCHLIST_TEST_URL ?? '';

interface Stage {
  /** A page that fails the test when the browser complains of anything. */
  page: Page;
  /** The same, signed in as Ada, the admin. */
  ada: Page;
  api: Api;
}

export const test = bare.extend<Stage>({
  baseURL: async ({}, use) => use(address()),
  page: async ({ page }, use) => {
    const complaints = watch(page);
    await use(page);
    expect(complaints).toEqual([]);
  },
  ada: async ({ page }, use) => {
    await signIn(page, 'ada');
    await use(page);
  },
  api: async ({}, use) => use(new Api(process.env.PUNCHLIST_TEST_KEY ?? '')),
});

/** Collects what the browser complains of: exceptions, and what the server's policy forbids. */
function watch(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // That the server refuses something is part of some tests; the browser logs every such answer.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text());
    }
  });
  return complaints;
}

/** Signs in without the form, which has its own test. */
export async function signIn(page: Page, person: keyof typeof PEOPLE): Promise<void> {
  const answer = await page.request.post('/v1/session', {
    headers: { 'X-Punchlist-Request': '1' },
    data: { email: PEOPLE[person].email, password: PASSWORD },
  });
  expect(answer.status()).toBe(201);
}

/** What no reader of any kind stumbles over, as far as a machine can tell. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor({ state: 'attached' });
  // A fade would be measured half-way, and its colours be found wanting.
  await page.waitForFunction(() => document.getAnimations().every((each) => each.playState !== 'running'));
  const { violations } = await new AxeBuilder({ page }).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  expect(told).toEqual([]);
}

export interface TaskOnTheWire {
  id: string;
  title: string;
  status: string;
  priority: string;
  assigneeId: string | null;
}

/** The API as another program calls it, beside the browser. */
export class Api {
  constructor(private readonly key: string) {}

  async create(task: Record<string, unknown>): Promise<TaskOnTheWire> {
    return (await this.call('POST', '/v1/tasks', task)) as TaskOnTheWire;
  }

  async read(id: string): Promise<TaskOnTheWire> {
    return (await this.call('GET', `/v1/tasks/${id}`)) as TaskOnTheWire;
  }

  async change(id: string, wish: Record<string, unknown>): Promise<TaskOnTheWire> {
    return (await this.call('PATCH', `/v1/tasks/${id}`, wish)) as TaskOnTheWire;
  }

  async createMany(tasks: Record<string, unknown>[]): Promise<void> {
    for (let from = 0; from < tasks.length; from += 100) {
      const operations = tasks.slice(from, from + 100).map((task) => ({ op: 'create', task }));
      await this.call('POST', '/v1/tasks/batch', { operations });
    }
  }

  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${address()}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.key}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
