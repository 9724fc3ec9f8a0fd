import { create, createFileRegistry, fromBinary, fromJson, type JsonObject, toJson } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createAsyncIterable } from '@connectrpc/connect/protocol';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isBidiStream } from '../../../../src/sandbox/zitadel/rpc/gateway.ts';
import { REFLECTION_SERVICES } from '../../../../src/sandbox/zitadel/rpc/grpc-services.ts';
import { asList, asObject, type Json } from '../../../support/servers/sandbox-in-memory.ts';
import { startZitadel, type Zitadel } from '../../../support/servers/zitadel-in-memory.ts';

let zitadel: Zitadel;

beforeAll(async () => {
  zitadel = await startZitadel();
});

afterAll(() => zitadel.sandbox.close());

/** Asks the queries in one stream; resolves to the answers. */
async function ask(queries: readonly JsonObject[], version = 'v1'): Promise<readonly Json[]> {
  const service = REFLECTION_SERVICES.find(({ typeName }) => typeName === `grpc.reflection.${version}.ServerReflection`);
  const method = service?.methods.find(isBidiStream);
  if (method === undefined) throw new Error(`there is no ${version}`);
  const requests = createAsyncIterable(queries.map((query) => fromJson(method.input, query)));
  const transport = createGrpcTransport({ baseUrl: zitadel.sandbox.url });
  const { message } = await transport.stream(method, undefined, undefined, undefined, requests);
  const answers: Json[] = [];
  for await (const answer of message) answers.push(asObject(toJson(method.output, answer, { useProtoFieldName: true })));
  return answers;
}

/** The files that an answer describes. */
function filesIn(answer: Json): readonly FileDescriptorProto[] {
  const texts = asObject(answer['file_descriptor_response'])['file_descriptor_proto'];
  return (Array.isArray(texts) ? texts : []).map((text) => fromBinary(FileDescriptorProtoSchema, Buffer.from(String(text), 'base64')));
}

test.each(['v1', 'v1alpha'])('%s lists the services', async (version) => {
  const [answer = {}] = await ask([{ list_services: '*' }], version);
  const names = asList(asObject(answer['list_services_response'])['service']).map(({ name }) => name);
  expect(names).toEqual([
    'zitadel.management.v1.ManagementService',
    'zitadel.admin.v1.AdminService',
    'zitadel.auth.v1.AuthService',
    'zitadel.system.v1.SystemService',
    'zitadel.org.v2.OrganizationService',
    'zitadel.user.v2.UserService',
    'zitadel.org.v2beta.OrganizationService',
    'zitadel.instance.v2beta.InstanceService',
    'grpc.reflection.v1.ServerReflection',
    'grpc.reflection.v1alpha.ServerReflection',
  ]);
});

test('a client can put a service together from what it is told', async () => {
  const found = new Map<string, FileDescriptorProto>();
  let queries: JsonObject[] = [{ file_containing_symbol: 'zitadel.system.v1.SystemService' }];
  while (queries.length > 0) {
    for (const file of (await ask(queries)).flatMap(filesIn)) found.set(file.name, file);
    const wanted = new Set([...found.values()].flatMap(({ dependency }) => dependency).filter((name) => !found.has(name)));
    queries = [...wanted].map((name) => ({ file_by_filename: name }));
  }
  // A file comes before those that import it.
  const ordered: FileDescriptorProto[] = [];
  const add = (file: FileDescriptorProto | undefined) => {
    if (file === undefined || ordered.includes(file)) return;
    for (const name of file.dependency) add(found.get(name));
    ordered.push(file);
  };
  for (const file of found.values()) add(file);
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: ordered }));
  const { input } = registry.getService('zitadel.system.v1.SystemService')?.method['createInstance'] ?? {};
  expect(input?.fields.map(({ name }) => name)).toContain('custom_domain');
});

test.each<[query: JsonObject, file: string]>([
  [{ file_containing_symbol: 'zitadel.management.v1.AddOrgRequest' }, 'zitadel/management.proto'],
  [{ file_containing_symbol: 'zitadel.management.v1.ManagementService.AddOrg' }, 'zitadel/management.proto'],
  [{ file_containing_symbol: 'grpc.reflection.v1.ServerReflection' }, 'grpc/reflection/v1/reflection.proto'],
  [{ file_by_filename: 'google/protobuf/timestamp.proto' }, 'google/protobuf/timestamp.proto'],
  [
    { file_containing_extension: { containing_type: 'google.protobuf.MethodOptions', extension_number: 72295728 } },
    'google/api/annotations.proto',
  ],
])('%j is answered with %s', async (query, file) => {
  const [answer = {}] = await ask([query]);
  expect(filesIn(answer).map(({ name }) => name)).toEqual([file]);
});

test('the extensions of a type are counted up', async () => {
  const [answer = {}] = await ask([{ all_extension_numbers_of_type: 'google.protobuf.MethodOptions' }]);
  expect(asObject(answer['all_extension_numbers_response'])['extension_number']).toContain(72295728);
});

test.each<[query: JsonObject]>([
  [{ file_containing_symbol: 'zitadel.nothing.v1.Nothing' }],
  [{ file_containing_symbol: '' }],
  [{ file_by_filename: 'nothing.proto' }],
  [{ file_containing_extension: { containing_type: 'google.protobuf.MethodOptions', extension_number: 1 } }],
  [{ all_extension_numbers_of_type: 'zitadel.nothing.v1.Nothing' }],
])('%j is not found, and the stream goes on', async (query) => {
  const answers = await ask([query, { list_services: '' }]);
  expect(answers).toMatchObject([
    { original_request: query, error_response: { error_code: 5 } },
    { list_services_response: { service: expect.any(Array) } },
  ]);
});
