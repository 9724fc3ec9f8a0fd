/** A page of the manual that is not about one command. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly text: string;
}

export const TOPICS: readonly Topic[] = [
  {
    name: 'exit-codes',
    summary: 'what the exit status says',
    text: `  0    done
  1    internal          a bug of flowkiwi
  2    usage, invalid    bad command line, or input that flowkiwi or the server refused
  3    not_found         there is no such thing
  4    auth              not signed in, sign-in refused or expired
  5    conflict          a handle that is taken, a port that is in use
  6    unknown_outcome,  a create whose answer was lost, or a wait that ran out:
       timeout           the hint says what to check
  7    forbidden         signed in, but not allowed
  75   unavailable,      network, too many requests or a failing server, after retries:
       rate_limited      safe to run again
  130  interrupted       Ctrl-C
  143  terminated        SIGTERM

With --json an error is one line of JSON on stderr, and stdout is empty:
  {"error":{"code":"not_found","message":"…","hint":"…","status":404,"violations":[],"request_id":null}}
`,
  },
  {
    name: 'environment',
    summary: 'variables that flowkiwi reads',
    text: `A flag wins over the environment, the environment over the profile.

  FLOWKIWI_TOKEN          access token; wins over the stored credential
  FLOWKIWI_PROFILE        profile to use (--profile)
  FLOWKIWI_URL            base URL of the API
  FLOWKIWI_ORG            organization (--org)
  FLOWKIWI_ISSUER         sign-in server (login --issuer)
  FLOWKIWI_CLIENT_ID      client id at the sign-in server (login --client-id)
  FLOWKIWI_CONFIG_DIR     folder of config.json and credentials.json
  FLOWKIWI_NO_INPUT       never ask anything (--no-input)
  FLOWKIWI_DEBUG          show every request on stderr (--debug)
  CI                      never ask anything
  NO_COLOR, FORCE_COLOR   no colour, always colour; --color wins, then NO_COLOR
  BROWSER                 command that opens a URL
  NODE_EXTRA_CA_CERTS     file with the certificate of an authority of your own
`,
  },
  {
    name: 'output',
    summary: 'tables, JSON and the other forms of a result',
    text: `Data goes to stdout, everything else to stderr.

  on a terminal           a table
  in a pipe or a file     tab-separated values without a header
  --json, -o json         one JSON value; lists are arrays; fields as the API names them
  -o yaml, -o tsv         YAML, tab-separated values
  -q, --quiet, -o id      ids, one a line

--fields id,name chooses columns or keys, and their order. In tab-separated values, tabs, line
breaks and backslashes inside a value are written as \\t, \\n, \\r and \\\\.

  ORG=$(flowkiwi org create "Acme Corp" -q)
  flowkiwi instance list --fields handle,product_management_url
`,
  },
  {
    name: 'authentication',
    summary: 'ways to sign in, and which credential is used',
    text: `A command uses FLOWKIWI_TOKEN, else the stored credential of the profile. Only login and onboard
ever start a sign-in.

  flowkiwi login                 the browser at a desktop; a code over SSH, in a container
                                 or without a display
  flowkiwi login --browser       the browser of this machine
  flowkiwi login --no-browser    the same, but the URL is only printed
  flowkiwi login --device        a code that is entered in any browser
  flowkiwi login --with-token    an access token from standard input

The sign-in server is --issuer, else FLOWKIWI_ISSUER, else what the API publishes. Where it publishes
none, the "Log in with Flowkiwi" button of the documentation site gives a token for --with-token.

Tokens are stored in credentials.json, readable by you alone; flowkiwi auth status says where. A token
goes to no other server than the one it was obtained for. flowkiwi logout revokes and deletes it.
`,
  },
  {
    name: 'sandbox',
    summary: 'trying everything out on this machine',
    text: `  flowkiwi onboard --sandbox               the main job, in a sandbox that ends with the command
  flowkiwi sandbox start                   a sandbox that stays, until Ctrl-C
  flowkiwi --profile sandbox login         sign in to it, as anybody
  flowkiwi --profile sandbox org create "Acme Corp"

The sandbox is a real OpenID provider and the Flowkiwi Identity API on a real database. It listens on
this machine only. Its data is in sandbox.db in your state folder (--data names another file,
--memory keeps none). --auto-approve signs everybody in at once as jane@acme.example.
`,
  },
];
