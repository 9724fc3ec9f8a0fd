/** What `--init` writes: a manifest in YAML with what each line means. */
export const EXAMPLE_YAML = `# A manifest: what has to be there. Run it again and again: what is there already is left as it is.
version: 1
organizations:
  # Who the customer is from one run to the next. Without a key it is the name, and another name is another customer.
  - key: acme
    name: Acme Corp
    instances:
      # Small letters and hyphens, at most 30. Unique on all of Flowkiwi, and never to be changed.
      - name: Acme EU
        handle: acme-eu
      - name: Acme US
        handle: acme-us

  # An organization that is there already: with its id it is never created.
  # - key: globex
  #   name: Globex
  #   id: 0196f3a0-1111-7000-8000-000000000001
  #   instances:
  #     - name: Globex
  #       handle: globex
`;

/** The same in CSV, which has no comments. */
export const EXAMPLE_CSV = `key,organization,instance,handle
acme,Acme Corp,Acme EU,acme-eu
acme,Acme Corp,Acme US,acme-us
globex,Globex,Globex,globex
`;
