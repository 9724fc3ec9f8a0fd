import type { Context } from '../../context/context.ts';
import { assertProvider } from '../../context/profile.ts';
import { PROVIDER_DEFAULTS } from '../../context/provider-defaults.ts';
import { isUnattended, mayHaveBrowser } from '../../environment.ts';
import { CliError } from '../../errors.ts';
import { isLoopback } from '../../http/loopback.ts';
import { isHandle } from '../../identity/flowkiwi/handle.ts';
import { productManagementOf } from '../../identity/flowkiwi/product-management.ts';
import { flowkiwiInstance } from '../instance/find.ts';
import { type Result, valueResult } from '../kit/result.ts';
import { workingOrganization } from '../org/choose.ts';

interface OpenInput {
  readonly options: { readonly browser: boolean };
  readonly args: readonly (string | undefined)[];
}

/** Opens what the command line names in a browser, or prints its URL. Throws `usage` for an instance where there is no product management. */
export async function openPlace(context: Context, { options, args: [instance] }: OpenInput): Promise<Result> {
  const { edges } = context;
  const isShown = options.browser && mayShow(context);
  if (instance === undefined && (await isOfSandbox(context))) {
    const { openSandboxPage, sandboxPage } = await import('../sandbox/open.ts');
    const { origin, port } = (await context.profile()).url;
    return isShown ? openSandboxPage(context, Number(port || 80), true) : printed(sandboxPage(origin));
  }
  const url = instance === undefined ? (await context.profile()).url.href : await productManagement(context, instance);
  if (isShown && (await edges.openUrl(url))) return valueResult({ url }, [], { success: `Opened ${url}` });
  return printed(url);
}

/** Whether there is a person to show a page to, who has not asked for data. */
function mayShow({ edges: { env, platform, stdout }, options: { format } }: Context): boolean {
  return format === undefined && stdout.isTerminal && !isUnattended(env) && mayHaveBrowser(env, platform);
}

function printed(url: string): Result {
  return valueResult({ url }, [url]);
}

/** Whether the profile is one of the built-in ones of the sandbox, and nothing points it elsewhere. */
async function isOfSandbox(context: Context): Promise<boolean> {
  const { name, url } = await context.profile();
  return isLoopback(url) && Object.values(PROVIDER_DEFAULTS).some(({ sandbox }) => sandbox.profile === name);
}

async function productManagement(context: Context, instance: string): Promise<string> {
  const profile = await context.profile();
  assertProvider(profile, { flowkiwi: true, zitadel: false }, 'opening the product management of an instance');
  if (isHandle(instance)) return productManagementOf(instance, profile);
  const organizationId = await workingOrganization(context, 'reads');
  const { id, product_management_url: url } = await flowkiwiInstance(await context.flowkiwi(), organizationId, instance);
  if (url !== null) return url;
  throw new CliError('not_found', `instance ${id} has no handle, and so no product management`, {
    hint: 'ask the people of Flowkiwi why the instance has none',
  });
}
