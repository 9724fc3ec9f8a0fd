// @ts-nocheck: what it is made of is installed only for the tests that start it.
// OpenAuth, with a provider of one form. Started with a port to listen on, the origin that it is reached under, and the life of an access token
// in seconds. It lets in the client of the tool alone. It has no device grant, no revocation, no id tokens, and its token answers no `token_type`.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { issuer } from '@openauthjs/openauth';
import { OauthError } from '@openauthjs/openauth/error';
import { MemoryStorage } from '@openauthjs/openauth/storage/memory';
import { createSubjects } from '@openauthjs/openauth/subject';
import { z } from 'zod';

const [, , port, origin, seconds] = process.argv;

const app = issuer({
  subjects: createSubjects({ user: z.object({ id: z.string() }) }),
  storage: MemoryStorage(),
  ttl: { access: Number(seconds) },
  allow: async ({ clientID }) => clientID === 'flowkiwi-cli',
  providers: {
    form: {
      type: 'form',
      init(routes, context) {
        const buttons = '<button>Sign in</button><button name=refuse value=yes>Refuse</button>';
        routes.get('/authorize', (c) => c.html(`<h1>Sign in</h1><form method=post><input name=name>${buttons}</form>`));
        routes.post('/authorize', async (c) => {
          const form = await c.req.formData();
          // What its own providers do when somebody says no.
          if (form.has('refuse')) throw new OauthError('access_denied', 'Anna said no');
          return context.success(c, { name: form.get('name') });
        });
      },
      client: async ({ clientID }) => ({ name: clientID }),
    },
  },
  success: async (context, { name }) => context.subject('user', { id: String(name) }),
});

createServer(async (incoming, outgoing) => {
  const { method, url, headers } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? { body: Readable.toWeb(incoming), duplex: 'half' } : {};
  const answer = await app.fetch(new Request(new URL(url, origin), { method, headers, ...body }));
  const cookies = answer.headers.getSetCookie();
  const others = Object.fromEntries([...answer.headers].filter(([name]) => name !== 'set-cookie'));
  outgoing.writeHead(answer.status, { ...others, ...(cookies.length > 0 && { 'set-cookie': cookies }) });
  outgoing.end(Buffer.from(await answer.arrayBuffer()));
}).listen(Number(port), '127.0.0.1');
