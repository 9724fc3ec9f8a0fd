/** Ways to sign in, and which credential is used, as a page of the manual. */
export const AUTHENTICATION_TEXT = `A command uses FLOWKIWI_TOKEN, else a machine's identity in the environment, else the stored credential
of the profile. Only login and onboard ever ask a person to sign in.

  flowkiwi login                 the browser at a desktop; a code over SSH, in a container
                                 or without a display
  flowkiwi login --browser       the browser of this machine
  flowkiwi login --no-browser    the same, but the URL is only printed
  flowkiwi login --device        a code that is entered in any browser
  flowkiwi login --with-token    an access token from standard input

Who has signed in is said, and asked on a terminal when it is another account than the stored one.
--expect-user EMAIL|SUB takes no other, and no address that the server says it has not verified. On Linux
only processes of the same user, or of root, can finish a sign-in in the browser.

A client that has a secret takes it from FLOWKIWI_CLIENT_SECRET (with --client-id, or the profile's) or
--client-secret-file, in the browser and with a code too; --client-auth says how it is shown, where the
server does not list it. One that signs with a key (private_key_jwt): --browser or --device with --key-file
FILE, and --key-id for a PEM key that the server knows by an id. --par hands over what is asked for beforehand (PAR). DPoP is not supported.

The browser comes back to http://127.0.0.1/callback, with a port that is free at that moment: that is the
redirect URI to register for the client. For a server that compares it with the port, register one port and
say it: --callback-port N, with --callback-path and --callback-host localhost where they differ.

  --scope SCOPE                  what to ask for, in place of the usual (repeatable); sent as it is
  --prompt select_account        lets the page ask which account; also login, consent, or '' for nothing
  --login-hint jane@acme.example
                                 the account that the page offers
  --auth-param NAME=VALUE        what the page is asked with, as the server names it

profile set keeps each of these for later sign-ins; profile set work --unset scope takes one away again, by
the name of its option. (--prompt '' keeps that nothing is sent.) Without --scope it is openid profile email
offline_access. Keycloak wants http://127.0.0.1/* as the redirect URI, and its device grant switched on;
at ZITADEL the application is of type Native. docs/sign-in.md in the package says more, server by server.

Behind a proxy set HTTPS_PROXY; for a certificate authority of your own NODE_EXTRA_CA_CERTS=FILE, or
NODE_USE_SYSTEM_CA=1. In WSL the browser of Windows opens. Over SSH and in a container there is a code,
because no browser could come back to this machine; in CI it takes one of those below. flowkiwi logout
--browser ends the session of the browser too.

Without a person, as in CI:

  flowkiwi login --oidc                      the CI's own token for the job, exchanged: no secret
                                             is stored. --oidc-token-file, else FLOWKIWI_ID_TOKEN,
                                             else GitHub Actions (permissions: id-token: write)
  flowkiwi login --key-file key.json         the key of a service account (RFC 7523): ZITADEL's key
                                             file, or a PEM key with --key-id and --client-id
  flowkiwi login --client-credentials        a client's id and secret: FLOWKIWI_CLIENT_ID and
                                             FLOWKIWI_CLIENT_SECRET, or --client-secret-file

A PEM key is tried with client credentials (private_key_jwt, as Keycloak takes it) and as a JWT bearer. The
job's token is tried as the client's assertion, as a JWT bearer and in an exchange, those first that the
server lists: until one is accepted, with one retry after a refusal of the client. --oidc-grant chooses
one, --oidc-param NAME=VALUE adds a parameter; profile set keeps them, and --key-file too: login then needs
no flag. The grant that was accepted is stored with the profile. A secret and a CI's token go to no server
but the API's own origin and one that you have named.

What they get is renewed by the same means: the key or the secret is stored with the tokens, and the
job's token is asked for again.

Without login, each command signs in by itself with one of these identities. The token stays in memory,
nothing is written, and the disk may be read-only:

  FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET    a client's id and secret
  FLOWKIWI_KEY_FILE=key.json                       a key file; FLOWKIWI_CLIENT_ID for a PEM key
  FLOWKIWI_OIDC=1                                  the job's token: FLOWKIWI_ID_TOKEN, else GitHub Actions

Two of them at once are an error (2). A command that runs long gets its next token in the same way.

At ZITADEL (profile add --provider zitadel, which adds the scopes that its APIs need) people sign in through
a native app, whose client id is in the profile. profile add asks a person for it; auth app create makes
it, with the key or the token of somebody who may create projects. There are also:

  flowkiwi auth app create --key-file admin.json
  flowkiwi login --with-token                a personal access token, which lasts until it expires
  flowkiwi login --key-file acme.json        the key of a machine: what instance create --key-out leaves

Commands for instances, but instance get of one's own, need no sign-in there but a system user that the
server's configuration knows: profile add --system-user NAME --system-key FILE. Each command signs a
token of its own with that key, for a few minutes.

The sign-in server is --issuer, else FLOWKIWI_ISSUER, else the profile's, else what the API publishes.
Where it publishes none, the "Log in with Flowkiwi" button of the documentation site gives a token for --with-token.

Tokens are stored in credentials.json, readable by you alone; flowkiwi auth status says where. A token
goes to no other server than the one it was obtained for. flowkiwi logout revokes and deletes it, and a
new sign-in ends the session that it replaces. A session that may be shared, by two profiles or by two
sign-ins of one browser, goes on at the server until the last of them ends.

  flowkiwi auth storage keyring  the tokens are encrypted, with a key from the system's keychain;
                                 login --storage keyring does so from the start
  flowkiwi auth storage file     as they are, in a file that you alone can read (the usual)

Without a keychain that is unlocked nothing is stored, and nothing is lost: the command says what helps.
It needs the package @napi-rs/keyring, which is installed with flowkiwi unless optional packages were skipped.

Several accounts side by side are several profiles, each with a credential of its own:

  flowkiwi profile add work --url https://identity.flowkiwi.net
  flowkiwi --profile work login
  flowkiwi --profile work org list
  flowkiwi profile use work

The profile is --profile, else FLOWKIWI_PROFILE, else the one of profile use. flowkiwi auth status says
which one won and why; flowkiwi profile show says it of each value.
`;
