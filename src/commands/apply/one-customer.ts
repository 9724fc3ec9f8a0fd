import type { Customer } from '../../apply/customer.ts';
import type { Manifest } from '../../apply/manifest/manifest.ts';
import { CliError } from '../../errors.ts';
import { flowkiwi } from '../../hint.ts';
import { checkedHandle } from '../../identity/flowkiwi/handle.ts';
import { checkedName } from '../../identity/organization.ts';
import type { ApplyOptions } from './apply-options.ts';

/** Whether one customer is named by options, in place of a file. Throws `usage` for both at once, and for half a customer. */
export function isByOptions(
  { orgName, instanceName, handle, results, failed }: ApplyOptions,
  path: string | undefined,
  org: string | undefined,
): boolean {
  const given = Object.entries({ '--org-name': orgName, '--instance-name': instanceName, '--handle': handle }).filter(
    ([, value]) => value !== undefined,
  );
  const [[first = ''] = []] = given;
  if (given.length === 0) return false;
  if (path !== undefined) throw new CliError('usage', `${first} is in place of a file`, { hint: `leave ${JSON.stringify(path)} out` });
  if (results !== undefined || failed !== undefined) {
    throw new CliError('usage', '--results and --failed are for the rows of a file', { hint: 'leave them out: the result is printed' });
  }
  const example = flowkiwi('apply', '--org-name', 'Acme Corp', '--instance-name', 'Acme EU', '--handle', 'acme-eu');
  if ((instanceName === undefined) !== (handle === undefined) || (orgName === undefined && org === undefined)) {
    throw new CliError('usage', 'one customer needs --org-name or --org, and --instance-name together with --handle', {
      hint: { say: 'for example', command: example },
    });
  }
  if (org !== undefined && handle === undefined) {
    throw new CliError('usage', 'with --org there is nothing to do without an instance', { hint: 'add --instance-name and --handle' });
  }
  return true;
}

/** That customer as a manifest of one row. Throws `invalid` for a name or a handle that cannot be one. */
export function manifestOfOptions({ orgName, instanceName, handle }: ApplyOptions, organizationId: string | undefined): Manifest {
  const name = orgName ?? organizationId ?? '';
  checkedName('organization', name);
  const row = { number: 1, line: 1, column: 1, fields: {} };
  const instances =
    instanceName === undefined || handle === undefined
      ? []
      : [{ name: checkedName('instance', instanceName), handle: checkedHandle(handle), row }];
  const customer: Customer = {
    ...{ key: name.normalize('NFC'), name, instances, row },
    ...(organizationId !== undefined && { id: organizationId }),
  };
  return {
    file: 'the command line',
    rows: 1,
    customerCount: 1,
    hasIds: organizationId !== undefined,
    hasKey: (key) => key === customer.key,
    notice: undefined,
    firstRows: [],
    customers: async function* () {
      yield customer;
    },
  };
}
