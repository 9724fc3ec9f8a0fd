import { validate as isUuid } from 'uuid';
import { HANDLE_FORM, NAME, type TextConstraint } from '../flowkiwi/constraints.ts';
import type { SeedOrganization } from '../flowkiwi/seed.ts';
import type { CreateSandboxOptions, SeedOrganization as GivenOrganization, SeedManifest } from './interface.ts';

/** A seed, to be made as often as needed. Throws for what the API would refuse, for what stands in it twice, and for a file that is no manifest. */
export async function checkedSeed(seed: NonNullable<CreateSandboxOptions['seed']>): Promise<() => AsyncIterable<SeedOrganization>> {
  if (typeof seed === 'string' || seed instanceof URL)
    return checkedOrganizations(await (await import('./seed-file.ts')).organizationsIn(seed));
  return checkedOrganizations(isManifest(seed) ? seed.organizations : seed);
}

function isManifest(seed: readonly GivenOrganization[] | SeedManifest): seed is SeedManifest {
  return !Array.isArray(seed);
}

function checkedOrganizations(given: readonly GivenOrganization[]): () => AsyncIterable<SeedOrganization> {
  const organizations = given.map(({ instances = [], ...organization }) => ({
    ...organization,
    instances: instances.map((instance) => ({ ...instance, name: instance.name ?? organization.name })),
  }));
  const [ids, handles] = [uniqueTexts(), uniqueTexts()];
  const checkId = (place: string, id: string | undefined) => {
    if (id === undefined) return;
    if (!isUuid(id)) throw new TypeError(`${place}: a UUID is needed, not ${JSON.stringify(id)}`);
    ids(place, id);
  };
  for (const [index, { key, name, id, instances }] of organizations.entries()) {
    const place = `seed[${index}]`;
    check(`${place}.name`, name, NAME);
    checkId(`${place}.id`, id);
    // One without an id is known again by its name.
    if (id === undefined && key === undefined && organizations.some((other) => other.name === name && other.instances !== instances)) {
      throw new TypeError(`${place}.name: ${JSON.stringify(name)} stands twice; give each of them a key or an id`);
    }
    for (const [number, instance] of instances.entries()) {
      const part = `${place}.instances[${number}]`;
      check(`${part}.name`, instance.name, NAME);
      check(`${part}.handle`, instance.handle, HANDLE_FORM);
      handles(`${part}.handle`, instance.handle);
      checkId(`${part}.id`, instance.id);
    }
  }
  return async function* made() {
    yield* organizations;
  };
}

function check(place: string, text: string, constraints: readonly TextConstraint[]): void {
  const broken = constraints.find(({ holds }) => !holds(typeof text === 'string' ? text : ''));
  if (broken) throw new TypeError(`${place}: ${broken.message} (${JSON.stringify(text)})`);
}

function uniqueTexts(): (place: string, text: string) => void {
  const places = new Map<string, string>();
  return (place, text) => {
    const first = places.get(text);
    if (first !== undefined) throw new TypeError(`${place}: ${JSON.stringify(text)} stands in ${first} already`);
    places.set(text, place);
  };
}
