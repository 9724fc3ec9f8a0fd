import {
  createRegistry,
  type DescExtension,
  type DescFile,
  type DescService,
  fromJson,
  type JsonObject,
  type Message,
  toBinary,
  toJson,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { HandlerContext } from '@connectrpc/connect';
import { once } from '../../../once.ts';
import { isRecord } from '../../../record.ts';
import { SERVICES } from '../services.ts';
import { REFLECTION_SERVICES } from './grpc-services.ts';

/** The status of gRPC for what is not there. */
const NOT_FOUND = 5;

/** Every service, those of reflection included. */
export const ALL_SERVICES: readonly DescService[] = [...SERVICES.map(({ service }) => service), ...REFLECTION_SERVICES];

/** The files of the services with those that they import, by their names, and the types in them. */
const known = once(() => {
  const files = withImports(ALL_SERVICES.map(({ file }) => file));
  return { files, types: createRegistry(...files.values()) };
});

/**
 * Tells tools such as grpcurl which services there are, and what their messages look like
 * (https://github.com/grpc/grpc/blob/master/doc/server-reflection.md). Needs no token, as at ZITADEL.
 */
export async function* reflect(requests: AsyncIterable<Message>, { method }: HandlerContext): AsyncIterable<Message> {
  for await (const request of requests) {
    const query = toJson(method.input, request, { useProtoFieldName: true });
    const answer = isRecord(query) ? answerTo(query) : {};
    yield fromJson(method.output, { original_request: query, ...answer });
  }
}

/** The answer to a query: the field of the response, in JSON. */
function answerTo(query: Readonly<Record<string, unknown>>): JsonObject {
  const { file_by_filename: file, file_containing_symbol: symbol, file_containing_extension: extension } = query;
  const { all_extension_numbers_of_type: extended } = query;
  if (typeof file === 'string') return describe(known().files.get(file), file);
  if (typeof symbol === 'string') return describe(fileOf(symbol), symbol);
  if (isRecord(extension)) {
    const { containing_type: type, extension_number: sought } = extension;
    return describe(extensionsOf(type).find(({ number }) => number === sought)?.file, `extension ${sought} of ${type}`);
  }
  if (typeof extended === 'string') {
    if (known().types.getMessage(extended) === undefined) return notFound(extended);
    const extension_number = extensionsOf(extended).map(({ number }) => number);
    return { all_extension_numbers_response: { base_type_name: extended, extension_number } };
  }
  return { list_services_response: { service: ALL_SERVICES.map(({ typeName }) => ({ name: typeName })) } };
}

function describe(file: DescFile | undefined, sought: string): JsonObject {
  if (file === undefined) return notFound(sought);
  const bytes = Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto));
  return { file_descriptor_response: { file_descriptor_proto: [bytes.toString('base64')] } };
}

function notFound(sought: string): JsonObject {
  return { error_response: { error_code: NOT_FOUND, error_message: `not found: ${sought}` } };
}

/** The file of a type or a service, or of a method or a field by the name behind theirs. */
function fileOf(symbol: string): DescFile | undefined {
  const { types } = known();
  return (types.get(symbol) ?? types.get(symbol.slice(0, Math.max(0, symbol.lastIndexOf('.')))))?.file;
}

function extensionsOf(typeName: unknown): readonly DescExtension[] {
  return [...known().types].filter((type) => type.kind === 'extension').filter(({ extendee }) => extendee.typeName === typeName);
}

/** The files, and all that they import, by their names. */
function withImports(files: readonly DescFile[], found = new Map<string, DescFile>()): ReadonlyMap<string, DescFile> {
  for (const file of files) {
    if (found.has(file.proto.name)) continue;
    found.set(file.proto.name, file);
    withImports(file.dependencies, found);
  }
  return found;
}
