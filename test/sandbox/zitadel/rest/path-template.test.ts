import { expect, test } from 'vitest';
import { matchPath, parseTemplate } from '../../../../src/sandbox/zitadel/rest/path-template.ts';

test.each<[template: string, path: string, variables: Record<string, string> | undefined]>([
  ['/orgs', '/orgs', {}],
  ['/orgs', '/orgs/', undefined],
  ['/orgs', '/orgs/1', undefined],
  ['/orgs/{org_id}', '/orgs/1', { org_id: '1' }],
  ['/orgs/{org_id}', '/orgs/', undefined],
  ['/orgs/{org_id}', '/orgs', undefined],
  ['/orgs/{org_id}/domains/{domain}', '/orgs/1/domains/a.b:80', { org_id: '1', domain: 'a.b:80' }],
  ['/roles/{role_key=**}', '/roles/a/b/c', { role_key: 'a/b/c' }],
  ['/roles/{role_key=**}', '/other/a', undefined],
])('%s takes %s for %j', (template, path, variables) => {
  const found = matchPath(parseTemplate(template), path.slice(1).split('/'));
  expect(found && Object.fromEntries(found)).toEqual(variables);
});
