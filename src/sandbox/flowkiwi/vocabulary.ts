import { INSTANCE, ORGANIZATION } from './documents.ts';

const HYDRA = 'http://www.w3.org/ns/hydra/core#';

/** A document in JSON-LD. */
type Document = Readonly<Record<string, unknown>>;

/** What a property holds: a text, or other resources, which stand there whole. */
type Property = 'text' | 'resources';

interface Resource {
  /** What it is, for people. */
  readonly description: string;
  readonly properties: Readonly<Record<string, Property>>;
  /** What stands inside of it, with the terms of its own kind. */
  readonly inner?: string;
}

const INSTANT = { created_at: 'text', updated_at: 'text' } as const;

/** What the API's answers are made of (contract sections 2.1, 3.1 and 6.3), by the names of their contexts. */
const RESOURCES: Readonly<Record<string, Resource>> = {
  [ORGANIZATION]: {
    description: 'An organization with its owners and members',
    properties: { id: 'text', name: 'text', ...INSTANT, owners: 'resources', members: 'resources' },
    inner: 'Member',
  },
  [INSTANCE]: {
    description: 'An instance of an organization',
    properties: { id: 'text', name: 'text', handle: 'text', ...INSTANT, organization_id: 'text', created_by_organization_id: 'text' },
  },
  Member: {
    description: 'Somebody in an organization',
    properties: { id: 'text', email: 'text', name: 'text', role: 'text', joined_at: 'text' },
  },
  Error: {
    description: 'Why a request was refused',
    properties: { title: 'text', detail: 'text', status: 'text', type: 'text', description: 'text' },
  },
  ConstraintViolation: {
    description: 'Which attributes of a request were refused',
    properties: { title: 'text', detail: 'text', status: 'text', type: 'text', description: 'text', violations: 'resources' },
    inner: 'Violation',
  },
  Violation: { description: 'An attribute that was refused', properties: { propertyPath: 'text', message: 'text', code: 'text' } },
};

/** The terms of a collection (contract section 4), which have no prefix at Flowkiwi Identity. */
const HYDRA_TERMS = {
  ...Object.fromEntries(
    ['Collection', 'PartialCollectionView', 'IriTemplate', 'IriTemplateMapping'].map((term) => [term, `hydra:${term}`]),
  ),
  ...Object.fromEntries(
    ['member', 'totalItems', 'view', 'search', 'template', 'variableRepresentation', 'mapping', 'variable', 'property', 'required'].map(
      (term) => [term, `hydra:${term}`],
    ),
  ),
  ...Object.fromEntries(['first', 'last', 'next', 'previous'].map((term) => [term, { '@id': `hydra:${term}`, '@type': '@id' }])),
};

/**
 * The JSON-LD context at `/api/contexts/NAME`; undefined for a name that there is not. It stands alone: nothing else has to be loaded for an
 * answer to be expanded. `origin` is where the API is.
 */
export function contextDocument(name: string, origin: string): Document | undefined {
  const resource = Object.hasOwn(RESOURCES, name) ? RESOURCES[name] : undefined;
  if (resource === undefined) return undefined;
  return { '@context': { '@vocab': `${origin}/api/docs.jsonld#`, hydra: HYDRA, ...HYDRA_TERMS, ...termsOf(name) } };
}

function termsOf(name: string): Document {
  const { properties = {}, inner } = RESOURCES[name] ?? {};
  const own = Object.entries(properties).map(([property, kind]) => [property, termOf(`${name}/${property}`, kind)]);
  return { ...(inner === undefined ? {} : termsOf(inner)), ...Object.fromEntries(own) };
}

function termOf(id: string, kind: Property): unknown {
  return kind === 'text' ? id : { '@id': id, '@type': '@id' };
}

export interface DocumentedOperation {
  readonly method: string;
  readonly path: string;
}

/** The description of the API at `/api/docs.jsonld`, which every answer links to: its kinds of resources and what can be done with each. */
export function apiDocumentation(operations: readonly DocumentedOperation[], origin: string): Document {
  return {
    '@context': {
      '@vocab': `${origin}/api/docs.jsonld#`,
      hydra: HYDRA,
      rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
      rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
      domain: { '@id': 'rdfs:domain', '@type': '@id' },
      property: 'hydra:property',
      expects: { '@id': 'hydra:expects', '@type': '@id' },
    },
    '@id': '/api/docs.jsonld',
    '@type': 'hydra:ApiDocumentation',
    'hydra:title': 'Flowkiwi Identity, as the sandbox serves it',
    'hydra:supportedClass': Object.entries(RESOURCES).map(([name, { description, properties }]) => ({
      '@id': `#${name}`,
      '@type': 'hydra:Class',
      'hydra:title': name,
      'hydra:description': description,
      'hydra:supportedProperty': Object.keys(properties).map((property) => ({
        '@type': 'hydra:SupportedProperty',
        property: { '@id': `#${name}/${property}`, '@type': 'rdf:Property', domain: `#${name}` },
        'hydra:title': property,
      })),
      'hydra:supportedOperation': operations
        .filter(({ path }) => resourceAt(path) === name)
        .map(({ method, path }) => ({ '@type': 'hydra:Operation', 'hydra:method': method, 'hydra:title': `${method} ${path}` })),
    })),
  };
}

function resourceAt(path: string): string {
  return path.includes('/instances') ? INSTANCE : ORGANIZATION;
}
