import { SANDBOX_PORT } from '../../well-known.ts';

/** What the sandbox is and does, as a page of the manual. */
export const SANDBOX_TEXT = `  flowkiwi onboard --sandbox               the main job, in a sandbox that ends with the command
  flowkiwi sandbox start                   a sandbox that stays, until Ctrl-C
  flowkiwi --profile sandbox login         sign in to it, as anybody
  flowkiwi --profile sandbox org create "Acme Corp"
  flowkiwi --profile sandbox-zitadel login
                                           the same at its ZITADEL
  flowkiwi sandbox exec -- ./onboard.sh    a script against a sandbox of its own, signed in
  flowkiwi sandbox open                    its page, in the browser
  flowkiwi sandbox logs -f                 the requests to it, as they come
  flowkiwi sandbox status                  what runs, and the secret of its controls
  flowkiwi sandbox reset                   delete what is in it

The sandbox is a real OpenID provider, the Flowkiwi Identity API and the APIs of ZITADEL, on a real
database. It listens on this machine only. The profiles sandbox and sandbox-zitadel expect it at port
${SANDBOX_PORT}; after sandbox start --port 9000, FLOWKIWI_URL=http://127.0.0.1:9000 says where it is. The key of its
system user, which creates instances of ZITADEL, is sandbox-system-user.pem beside your config.json. Its
data is in sandbox.db in your state folder (--data names another file, --memory keeps none). With Node.js
22.13 or later other programs (sqlite3) may read it meanwhile; with an older one the sandbox sees that they
do and, as when its file is removed or replaced, refuses every request with 503 from then on. It ends with
75 then, as nothing that it was told later is kept. --seed FILE starts it with the customers of a manifest of
apply, where they are missing; --map, --group-by-name and --format are as in apply. --auto-approve signs everybody in at once as jane@acme.example.
flowkiwi sandbox open opens its page: what is in it and the latest requests, live,
all of it to be searched and changed.
The product management of an instance is at
http://HANDLE.product-management.localhost:PORT/rest/api/: collections of any
name that take any JSON object, with no schema of Flowkiwi's.

  flowkiwi --profile sandbox api --instance acme-eu /rest/api/products

At the same address, ZITADEL's APIs speak REST, gRPC (without TLS, with server reflection), gRPC-Web and
Connect. Any program may register as a client of its own at /oauth/register (RFC 7591).
A profile with --url http://localhost:PORT signs in as at a real ZITADEL: through an app that
auth app create makes, or with a key, in ZITADEL's own ways.

sandbox exec starts one in memory on a free port, gives the command after -- FLOWKIWI_URL,
FLOWKIWI_TOKEN, FLOWKIWI_PROFILE, FLOWKIWI_SANDBOX_SECRET and a FLOWKIWI_CONFIG_DIR of its own, which
knows that this sandbox is new (so that org create --if-exists skip needs no --first-run), and ends with
its exit status; 128 and the number of the signal when a signal ended it, 127 when it is not found, 126 when
it cannot be run. As many as you like run side by side. With
--provider zitadel the command is signed in to ZITADEL, as an administrator and as a system user. With
--machine secret, key or oidc it signs in by itself, as the job will in CI: in place of FLOWKIWI_TOKEN it
has FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET, FLOWKIWI_KEY_FILE, or FLOWKIWI_OIDC and a CI job's
variables.

It fails on purpose, for testing what a script does then (start and exec):
  --latency MS            hold every answer back
  --rate N                answer 429 with Retry-After beyond N requests to Flowkiwi's API a second
  --fault RULE            [METHOD ]PATH=EFFECT[@CHANCE%][xTIMES], repeatable; without xTIMES for ever
    'POST /api/organizations=503x2'        a status from 400 to 599, for the first two; 429 and 503 have
                                           Retry-After: 1, any has the seconds behind it (503:5)
    'GET /api/*=latency:500'               half a second later, latency:50-500 any time between; * in a path is
                                           any text
    'POST /api/*/instances=reset-before'   the connection is cut, nothing was created
    'POST /api/*/instances=reset-after'    the connection is cut, the instance exists
    'POST /api/organizations=503-after'    created, but a gateway answers with that status
    'GET /api/*=502@5%'                    five of a hundred requests
    '*=truncatex1'                         half of the body, then the connection is cut
    database-down                          ZITADEL and its sign-in without their database; database-down@5s
                                           for five seconds
The first rule that matches decides; latencies add up. With --fault-seed N the same requests, in the same
order, have the same faults each time. While it runs, POST to /_sandbox/faults
{"rules":["GET /api/*=500"],"latency":0,"rate":0} replaces what it names; GET shows what is set.

Where the documentation is silent, --switch NAME=VALUE chooses an answer (the first is the default):
  duplicateHandle=422|409         unauthenticated=problem|empty|lexik
  nonEmptyOrgDelete=409|403       transferRuleViolation=422|409|403
  maxItemsPerPage=N               the largest page of a list; 1000 by default
  tokenExchange=on|off
  idempotencyKeys=off|on          whether a create with an Idempotency-Key is carried out once
  accessTokenSeconds=N            how long the access token of a sign-in lasts; 3600 by default
And how its ZITADEL is not perfect; --lag MS is short for --switch lag=MS:
  lag=MS                          searches, and new instances, show what was written that much later
  zitadel=4.0|2.70                which ZITADEL answers: they differ in texts, sorting, Connect and OAuth
  zitadelErrors=plain|wrapped     errors as v4.11 to v4.13.1 wrap them: 500 with the real status in the text
  zitadelQuota=unlimited|exhausted, zitadelInstance=running|blocked
                                  429 that lasts, but not for system users
  zitadelDomains=trusted|validated
                                  domains are verified by a token, those
                                  under .invalid never
  zitadelMfa=optional|required    people are refused for want of a second factor
  zitadelCreateInstance=complete|partial
                                  500, although the instance is there
POST {"switches":["duplicateHandle=409"]} to /_sandbox/switches does the same while it runs.

Everything under /_sandbox/ is for the user of the sandbox alone, and asks for
its secret, but for /_sandbox/health. It is a new one each time a sandbox
starts, in a file beside your config.json; --open-controls asks for none. Under
sandbox exec it is in FLOWKIWI_SANDBOX_SECRET. Signing in to the sandbox stays
open to everybody who can reach it.

  SECRET=$(flowkiwi sandbox status --json | jq -r .secret)
  curl -H "Authorization: Bearer $SECRET" -H 'Content-Type: application/json' \\
    -d '{"rules":["GET /api/*=500"]}' http://127.0.0.1:8787/_sandbox/faults

For scripts that look at what was done there:
  GET /_sandbox/requests    the latest requests with headers, bodies and answers,
                            without secrets
    ?method=POST&path=/api/*&status=4xx&text=acme&after=12&limit=100&wait=10
                            some of them; wait is how many seconds to wait
                            for one when there is none
  GET /_sandbox/events      the same as it comes, a line of JSON each time
  GET /_sandbox/state       organizations, instances and members of both
                            providers
  GET /_sandbox/organizations?text=acme, /_sandbox/zitadel/instances
                            some of many; POST, PATCH and DELETE change
                            them (docs/sandbox.md)
sandbox start --port 0 takes a free port; --ready-file FILE is written with the
address when it is ready, --log prints a line for each request.

Other POSTs under /_sandbox/, all with Content-Type: application/json:
  tokens {"email":"jane@acme.example"}                   an access token
  organizations/ID/members {"email":"…","role":"owner"}  a member, or an owner
  instances/ID/authorized-organizations {"organization_id":"…"}
  machines {"name":"Deployer"}                           an account for a script, to sign in without a person
  zitadel/members {"email":"…","roles":["ORG_OWNER"]}    roles at ZITADEL, in place of the user's own
  zitadel/system-users {"name":"…","public_key":"…"}     one more system user; the key is RSA, in PEM. With
                                                         "instance_roles":["IAM_OWNER"] it has these roles in
                                                         every instance, and none in the system; with
                                                         "system_roles":["SYSTEM_OWNER"] these everywhere
  reset {}                                               delete every organization and instance, and count them
A reset counts those of Flowkiwi and ZITADEL together, without the instance and the organization that ZITADEL
begins with: they are made again.
A machine can sign in by its client_id and client_secret, by its key (a service account's key file), and
in a CI job that has ci's request_url and request_token as ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN.
`;
