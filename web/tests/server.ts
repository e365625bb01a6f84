/** The server that the tests look at: a real one, with the demo, on a data directory and a port of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PUNCHLIST = process.env.PUNCHLIST ?? resolve(import.meta.dirname, '../../.venv/bin/punchlist');
const STARTS_WITHIN = 60_000; // milliseconds

export const PASSWORD = 'correct horse battery staple';

/** The demo's people who can sign in here. */
export const PEOPLE = {
  ada: { email: 'ada@example.com', name: 'Ada Brandt', role: 'admin' },
  max: { email: 'max@example.com', name: 'Max Okoro', role: 'manager' },
  bob: { email: 'bob@example.com', name: 'Bob Tanaka', role: 'member' },
} as const;

export default async function start(): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), 'punchlist-web-'));
  const data = join(directory, 'data');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(
    PUNCHLIST,
    ['serve', '--demo', '--port', String(port), '--data-dir', data, '--json', '--log-level', 'warning'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ready = await announcement(server);
  givePasswords(directory, data);
  process.env.PUNCHLIST_TEST_URL = url;
  process.env.PUNCHLIST_TEST_KEY = ready.apiKey;
  return async () => {
    const ended = new Promise((done) => server.once('exit', done));
    server.kill('SIGTERM');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
}

async function announcement(server: ChildProcess): Promise<{ apiKey: string }> {
  return new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error('the server did not start')), STARTS_WITHIN);
    let said = '';
    server.once('exit', (code) => fail(new Error(`the server ended with ${code}`)));
    server.stdout?.on('data', (chunk: Buffer) => {
      said += chunk;
      try {
        const ready = JSON.parse(said) as { apiKey: string };
        clearTimeout(late);
        done(ready);
      } catch {
        // not all of it yet
      }
    });
  });
}

function givePasswords(directory: string, data: string): void {
  const file = join(directory, 'passwords.toml');
  const people = Object.values(PEOPLE).map(
    ({ email, name, role }) =>
      `[[users]]\nemail = "${email}"\nname = "${name}"\nrole = "${role}"\npassword_env = "PASSWORD"\n` +
      (role === 'member' ? '' : 'change_administrator = true\n'),
  );
  writeFileSync(file, `[workspace]\nname = "Fennel Instruments"\n\n${people.join('\n')}`);
  execFileSync(PUNCHLIST, ['apply', file, '--data-dir', data], { env: { ...process.env, PASSWORD } });
}

async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const { port } = listener.address() as AddressInfo;
  await new Promise((done) => listener.close(done));
  return port;
}
