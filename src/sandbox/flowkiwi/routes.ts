import { instanceOperations } from './instances.ts';
import type { DescribedOperation } from './open-api.ts';
import type { Method, Operation, PathVariables } from './operation.ts';
import { organizationOperations } from './organizations.ts';

/** A path of the API with everything that can be done there. */
export interface Route {
  readonly segments: readonly string[];
  readonly operations: ReadonlyMap<string, Operation>;
}

/** Every operation of the API by its path. */
const ROUTES: readonly Route[] = collect([...organizationOperations, ...instanceOperations]);

/** What can be done, for the description of the API. */
export const OPERATIONS: readonly DescribedOperation[] = [...organizationOperations, ...instanceOperations];

/** The route of a path, still percent-encoded; undefined when there is none. */
export function findRoute(path: string): { readonly route: Route; readonly variables: PathVariables } | undefined {
  const segments = path.split('/');
  const route = ROUTES.find((candidate) => matches(candidate.segments, segments));
  if (!route) return undefined;
  const variable = (name: string) => decode(segments[route.segments.indexOf(name)] ?? '');
  return { route, variables: { organizationId: variable('{organizationId}'), instanceId: variable('{instanceId}') } };
}

/** The methods for the `Allow` header. */
export function allowedMethods({ operations }: Route): string {
  return [...operations.keys()].join(', ');
}

function collect(operations: readonly Operation[]): Route[] {
  const routes = new Map<string, { segments: readonly string[]; operations: Map<Method, Operation> }>();
  for (const operation of operations) {
    const route = routes.get(operation.path) ?? { segments: operation.path.split('/'), operations: new Map() };
    route.operations.set(operation.method, operation);
    routes.set(operation.path, route);
  }
  return [...routes.values()];
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => part === segments[index] || (isVariable(part) && segments[index] !== ''))
  );
}

function isVariable(segment: string): boolean {
  return segment.startsWith('{');
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
