/** Onboarding from a file in short, as a page of the manual. */
export const APPLY_TEXT = `flowkiwi apply FILE reads a manifest of customers, says what is missing, and creates it: an organization for each, and its instances. Run it again and again: what is there is left as it is.

  flowkiwi apply --init > customers.yaml    an example, with what each line means
  flowkiwi apply customers.csv --dry-run    the plan; nothing is sent
  flowkiwi apply customers.csv              the plan, a question, and the run
  flowkiwi apply customers.csv --status     how far it is

A manifest is CSV (organization,instance,handle, and key and id where there are any), JSON Lines, YAML or JSON. A customer is its key, or else its name; an instance is its handle. --map organization=Kunde,handle=Kürzel names the columns of another program's export, and --suggest-handles proposes handles.

Flowkiwi has no list of organizations, so what was created has to be remembered: in a journal, the folder NAME.journal beside the manifest or --journal DIR, or in the file of --results, which is a manifest with ids. Keep one of them. Killed at any moment, the next run goes on from the journal and creates nothing twice.

A create whose answer was lost is unknown: the run ends with 6 and names it. Look for it on Flowkiwi's website, then say what you found: --adopt KEY=ID or --assume-absent KEY.

Without a journal and without ids, apply cannot tell whether it has run before: say --first-run, once. Never leave that in a job that runs every night.

In CI: --yes or --expect-plan SHA in place of the question, --max-duration 5h45m to end before the job is killed (75: run it again), --json for one event a line. --failed FILE writes the rows that are not done.

Rehearse it: flowkiwi sandbox exec -- flowkiwi apply customers.csv --first-run --yes. docs/apply.md in the package says more.
`;
