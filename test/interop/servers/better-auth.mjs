// @ts-nocheck: what it is made of is installed only for the tests that start it.
// better-auth with its OAuth provider, and the three pages that an application that uses it writes itself. Started with a port to listen on,
// the origin that it is reached under, the life of an access token in seconds, and the public key of a machine; `/clients` tells its clients.
import { createServer } from 'node:http';
import { oauthDeviceAuthorization, oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';

const [, , port, origin, seconds, jwk] = process.argv;

const TABLES = [
  ...['user', 'session', 'account', 'verification', 'jwks', 'deviceCode', 'rateLimit'],
  ...[
    'oauthClient',
    'oauthAccessToken',
    'oauthRefreshToken',
    'oauthConsent',
    'oauthResource',
    'oauthClientResource',
    'oauthClientAssertion',
  ],
];

const auth = betterAuth({
  baseURL: origin,
  basePath: '/api/auth',
  secret: 'only-for-tests-0123456789abcdef-0123456789abcdef',
  database: memoryAdapter(Object.fromEntries(TABLES.map((name) => [name, []]))),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  logger: { level: 'error' },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/sign-in',
      consentPage: '/consent',
      accessTokenExpiresIn: Number(seconds),
      scopes: ['openid', 'profile', 'email', 'offline_access', 'onboard'],
      clientPrivileges: () => true,
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
    oauthDeviceAuthorization({ verificationUri: `${origin}/device`, expiresIn: '10m', interval: '1s' }),
  ],
});

/** A page with a form whose answer names the address to go on to. */
const page = (title, fields, buttons, script) => `<!doctype html><title>${title}</title><h1>${title}</h1><form>${fields}${buttons}</form>
<script>
const query = location.search.slice(1);
const post = async (path, body) => {
  const answer = await fetch('/api/auth' + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const fields = await answer.json();
  if (!answer.ok) { document.body.append(JSON.stringify(fields)); throw new Error(fields.message); }
  return fields;
};
const goOn = ({ redirect_uri, url }) => { location.href = redirect_uri ?? url; };
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = Object.fromEntries(new FormData(event.target));
  const allows = event.submitter.value === 'allow';
  ${script}
});
</script>`;

const CREDENTIALS = '<input name=email><input name=password type=password>';
const ANSWERS = '<button value=allow>Allow</button><button value=deny>Deny</button>';
const PAGES = {
  '/sign-in': page(
    'Sign in',
    CREDENTIALS,
    '<button>Sign in</button>',
    "goOn(await post('/sign-in/email', { ...form, oauth_query: query }));",
  ),
  '/consent': page('Consent', '', ANSWERS, "goOn(await post('/oauth2/consent', { accept: allows, oauth_query: query }));"),
  '/device': page(
    'Device',
    `<input name=userCode>${CREDENTIALS}`,
    ANSWERS,
    `const { userCode, ...account } = form;
     await post('/sign-in/email', account);
     await fetch('/api/auth/device?user_code=' + encodeURIComponent(userCode));
     await post(allows ? '/device/approve' : '/device/deny', { userCode });
     document.body.innerHTML = '<h1>Done</h1>';`,
  ),
};

await auth.api.signUpEmail({ body: { email: 'bert@example.org', password: 'bert-password', name: 'Bert' } });
const account = { email: 'anna@example.org', password: 'anna-password', name: 'Anna' };
const { headers: signedIn } = await auth.api.signUpEmail({ body: account, returnHeaders: true });
const cookies = signedIn.getSetCookie().map((line) => line.split(';')[0]);
const addClient = (body) => auth.api.adminCreateOAuthClient({ headers: new Headers({ cookie: cookies.join('; ') }), body });
const addMachine = (more) =>
  addClient({
    client_name: 'a machine',
    redirect_uris: ['https://machine.example/callback'],
    grant_types: ['client_credentials'],
    client_credentials_scopes: ['onboard'],
    scope: 'onboard',
    ...more,
  });
const person = await addClient({
  client_name: 'flowkiwi',
  redirect_uris: ['http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  response_types: ['code'],
  scope: 'openid profile email offline_access',
});
const machine = await addMachine({ token_endpoint_auth_method: 'client_secret_basic' });
const keyed = await addMachine({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [JSON.parse(jwk)] } });
const clients = {
  person: person.client_id,
  machine: { id: machine.client_id, secret: machine.client_secret },
  keyed: keyed.client_id,
};

const handle = toNodeHandler(auth);
createServer((request, response) => {
  const { pathname } = new URL(request.url, origin);
  if (pathname === '/clients') return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(clients));
  const html = PAGES[pathname];
  if (html === undefined) return handle(request, response);
  return response.writeHead(200, { 'content-type': 'text/html' }).end(html);
}).listen(Number(port), '127.0.0.1');
