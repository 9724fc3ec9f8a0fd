import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { http } from '@zitadel/proto/google/api/annotations_pb';
import type { Switches } from '../../switches.ts';
import { SERVICES, type ServedService } from '../services.ts';
import { matchPath, type PathTemplate, parseTemplate } from './path-template.ts';

/** One way to reach a method over REST, as its descriptor says. */
export interface Route {
  readonly method: DescMethod;
  /** `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. */
  readonly verb: string;
  readonly template: PathTemplate;
  readonly versions: readonly Switches['zitadel'][];
  /** Field that the body fills: `*` for the whole message, empty for none. */
  readonly body: string;
}

/** Every method of these APIs. Where two templates match, the later one wins, as in the gateway. */
export const ROUTES: readonly Route[] = SERVICES.flatMap((served) =>
  served.service.methods.flatMap((method) => routesOf(served, method)),
).reverse();

/** The route of a request with the variables of its path; `wrong verb` when the path has others. */
export function findRoute(
  verb: string,
  path: string,
  version: Switches['zitadel'] = '4.0',
): { readonly route: Route; readonly variables: ReadonlyMap<string, string> } | 'wrong verb' | undefined {
  // There is nothing whose id or domain has a NUL character.
  if (path.includes('\0')) return undefined;
  let isKnown = false;
  const parts = path.slice(1).split('/');
  for (const route of ROUTES) {
    if (!route.versions.includes(version)) continue;
    const variables = matchPath(route.template, parts);
    if (variables === undefined) continue;
    if (route.verb === verb) return { route, variables };
    isKnown = true;
  }
  return isKnown ? 'wrong verb' : undefined;
}

function routesOf({ prefix, versions }: ServedService, method: DescMethod): Route[] {
  if (!hasOption(method, http)) return [];
  const rule = getOption(method, http);
  return [rule, ...rule.additionalBindings].flatMap(({ pattern, body }) =>
    pattern.case === undefined || pattern.case === 'custom'
      ? []
      : [{ method, verb: pattern.case.toUpperCase(), template: parseTemplate(prefix + pattern.value), versions, body }],
  );
}
