import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FLOWKIWI } from '../support/flowkiwi.ts';
import { type RunningSandbox, startSandbox } from '../support/servers/sandbox.ts';
import { type SignedIn, signIn } from '../support/signed-in.ts';

// The two commands of the page "Create your organization and instance", as they stand there.
const CREATE_ORGANIZATION = String.raw`curl -X POST 'https://identity.flowkiwi.net/api/organizations' \
-H 'Authorization: Bearer {token}' \
-H 'Content-Type: application/json' \
-d '{ "name": "Acme Corp" }'`;

const CREATE_INSTANCE = String.raw`curl -X POST 'https://identity.flowkiwi.net/api/organizations/0196f3a0-1111-7000-8000-000000000001/instances' \
-H 'Authorization: Bearer {token}' \
-H 'Content-Type: application/json' \
-d '{ "name": "Acme EU", "handle": "acme-eu" }'`;

const UUID_V7 = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

let sandbox: RunningSandbox;
let person: SignedIn;

beforeAll(async () => {
  sandbox = await startSandbox(['--memory', '--auto-approve']);
  person = await signIn(sandbox.url);
});

afterAll(() => sandbox.stop());

/** Pastes a command into a shell, with the sandbox's URL, and the token of `flowkiwi auth token` where the page drops it in. */
async function paste(command: string): Promise<unknown> {
  const line = command
    .replace('https://identity.flowkiwi.net', sandbox.url)
    .replace("'Authorization: Bearer {token}'", '"Authorization: Bearer $TOKEN"');
  const script = `TOKEN=$("$NODE" "$FLOWKIWI" auth token) && ${line}`;
  const env = { PATH: process.env['PATH'], HOME: person.home, FLOWKIWI_URL: sandbox.url, NODE: process.execPath, FLOWKIWI };
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { env });
  return JSON.parse(stdout);
}

test('the curl commands of the documentation answer with the shapes that it shows', { tags: ['curl'] }, async () => {
  const organization = await paste(CREATE_ORGANIZATION);
  expect(organization).toMatchObject({
    id: UUID_V7,
    name: 'Acme Corp',
    owners: [{ id: UUID_V7, email: 'jane@acme.example', role: 'owner' }],
    members: [],
  });
  const { id } = Object(organization);
  const instance = await paste(CREATE_INSTANCE.replace('0196f3a0-1111-7000-8000-000000000001', id));
  expect(instance).toMatchObject({ id: UUID_V7, handle: 'acme-eu', name: 'Acme EU', organization_id: id });
});
