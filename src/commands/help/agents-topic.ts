/** How a coding agent uses flowkiwi, as a page of the manual, and as the text of a skill. */
export const AGENTS_TEXT = `Three commands take a partner from nothing to an organization and an instance. With --json each prints one JSON value on stdout, and an error as one line of JSON on stderr:

  flowkiwi org create "Acme Corp" --if-exists skip --first-run --json
  flowkiwi instance create "Acme EU" --handle acme-eu --if-exists skip --json
  flowkiwi instance get acme-eu --json

--first-run says that there is no organization of that name yet; leave it out where the profile knows one already. Without FLOWKIWI_ORG or --org, the organization is the one that was created last.

In a terminal that belongs to an agent nothing is asked, and no browser opens without a flag: a value that is missing is an error that names its flag. FLOWKIWI_AGENT=0 turns that off, FLOWKIWI_AGENT=1 turns it on.

Signing in is for a person: run flowkiwi login --device, and show them the address and the code that it prints. A program of its own signs in with FLOWKIWI_TOKEN, FLOWKIWI_KEY_FILE, or FLOWKIWI_CLIENT_ID and FLOWKIWI_CLIENT_SECRET. flowkiwi auth status --json says who is signed in. Never print what flowkiwi auth token gives.

Exit codes:

  0       done
  2       the command line or a value is wrong: read the message, correct it
  3       there is no such thing
  4       not signed in: ask the person to sign in
  5       taken, or ambiguous: choose another handle, or use an id
  6       the outcome is not known: look at what is there before you repeat it
  7       this account may not do that: ask the person
  75      the network or the server: safe to run again later

Safe to repeat: everything that reads, a rename, a create with --if-exists skip, and every command that ended with 75. An org create that ended with 6 is not: a second one makes a second organization. What cannot be undone wants --yes: ask the person first.

Rehearse without an account: the script runs against a sandbox of its own, signed in, and nothing is left behind:

  flowkiwi sandbox exec -- ./onboard.sh

Read more as data: flowkiwi help --json has every command with its options, the fields of its output, exit codes and examples; flowkiwi org create --help --json has one of them. Their form, docs/help.schema.json in the package, is only added to within a major version. --fields a,b chooses fields, -q prints ids alone. --debug shows every request on stderr, without secrets.
`;
