/** How flowkiwi works with ZITADEL, as a page of the manual. */
export const ZITADEL_TEXT = `ZITADEL's hierarchy is the reverse of Flowkiwi's: a system has instances, and an instance has organizations. So org commands work within one instance, and instance commands above all of them.

  flowkiwi profile add tenants --provider zitadel --url https://id.example
  flowkiwi login                      a person; --device for a code
  flowkiwi login --key-file key.json  a service account, by its key file
  flowkiwi login --with-token         a personal access token

A person signs in through a native app of the instance. profile add asks for it at a terminal; flowkiwi auth app create makes one, with the key or the token of somebody who may create projects, and puts its client id into the profile.

In an instance, as somebody with a role in it:

  flowkiwi onboard --org-name Acme    an organization with its administrator
  flowkiwi org setup Acme             the same in one call, for scripts
  flowkiwi org list                   all organizations
  flowkiwi org member list            who may what; also add, remove
  flowkiwi org domain list            domains; also add, verify
  flowkiwi org deactivate Acme        nobody signs in there; reactivate ends it

Above all instances, as a system user whose public key the configuration of the server has: profile set --system-user NAME --system-key FILE. Each command signs a token of its own with that key, for a few minutes.

  flowkiwi onboard --instance-name EU  an instance with its owner
  flowkiwi instance create EU         the same in one call, for scripts
  flowkiwi instance list              all instances
  flowkiwi instance domain list EU    where it answers; also add, remove, primary
  flowkiwi instance block EU          it answers nobody; unblock ends it

--instance-host HOST[:PORT], a setting of the profile, names the instance where the URL has another host, as through a tunnel.

Try it without a server: flowkiwi sandbox start, and the profile sandbox-zitadel. --switch zitadel=2.70 makes it answer as that version. docs/zitadel.md in the package says more: roles, versions, and how to try all of it at a server of yours.
`;
