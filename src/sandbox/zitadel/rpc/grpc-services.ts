import { createFileRegistry, type DescService, fromJson, type JsonObject } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** A field of a message: its number, and its type; a type that is not a scalar is a message of the same file. */
type Field = readonly [number: number, type: string, kind?: 'oneof' | 'repeated'];

const REFLECTION_MESSAGES: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  ServerReflectionRequest: {
    host: [1, 'string'],
    file_by_filename: [3, 'string', 'oneof'],
    file_containing_symbol: [4, 'string', 'oneof'],
    file_containing_extension: [5, 'ExtensionRequest', 'oneof'],
    all_extension_numbers_of_type: [6, 'string', 'oneof'],
    list_services: [7, 'string', 'oneof'],
  },
  ExtensionRequest: { containing_type: [1, 'string'], extension_number: [2, 'int32'] },
  ServerReflectionResponse: {
    valid_host: [1, 'string'],
    original_request: [2, 'ServerReflectionRequest'],
    file_descriptor_response: [4, 'FileDescriptorResponse', 'oneof'],
    all_extension_numbers_response: [5, 'ExtensionNumberResponse', 'oneof'],
    list_services_response: [6, 'ListServiceResponse', 'oneof'],
    error_response: [7, 'ErrorResponse', 'oneof'],
  },
  FileDescriptorResponse: { file_descriptor_proto: [1, 'bytes', 'repeated'] },
  ExtensionNumberResponse: { base_type_name: [1, 'string'], extension_number: [2, 'int32', 'repeated'] },
  ListServiceResponse: { service: [1, 'ServiceResponse', 'repeated'] },
  ServiceResponse: { name: [1, 'string'] },
  ErrorResponse: { error_code: [1, 'int32'], error_message: [2, 'string'] },
};

/**
 * gRPC's server reflection (https://github.com/grpc/grpc-proto, grpc/reflection), which no package brings as descriptors. Its two versions
 * differ in their names alone; tools ask for either.
 */
export const REFLECTION_SERVICES: readonly DescService[] = ['v1', 'v1alpha'].flatMap((version) => {
  const scope = `grpc.reflection.${version}`;
  const method = {
    name: 'ServerReflectionInfo',
    inputType: `.${scope}.ServerReflectionRequest`,
    outputType: `.${scope}.ServerReflectionResponse`,
    clientStreaming: true,
    serverStreaming: true,
  };
  return servicesOf({
    name: `grpc/reflection/${version}/reflection.proto`,
    package: scope,
    syntax: 'proto3',
    messageType: Object.entries(REFLECTION_MESSAGES).map(([name, fields]) => message(scope, name, fields)),
    service: [{ name: 'ServerReflection', method: [method] }],
  });
});

function message(scope: string, name: string, fields: Readonly<Record<string, Field>>) {
  const isOneof = Object.values(fields).some(([, , kind]) => kind === 'oneof');
  return {
    name,
    field: Object.entries(fields).map(([fieldName, [number, type, kind]]) => ({
      name: fieldName,
      number,
      label: kind === 'repeated' ? 'LABEL_REPEATED' : 'LABEL_OPTIONAL',
      ...(/^[A-Z]/.test(type) ? { type: 'TYPE_MESSAGE', typeName: `.${scope}.${type}` } : { type: `TYPE_${type.toUpperCase()}` }),
      ...(kind === 'oneof' ? { oneofIndex: 0 } : {}),
    })),
    oneofDecl: isOneof ? [{ name: name.endsWith('Request') ? 'message_request' : 'message_response' }] : [],
  };
}

function servicesOf(file: JsonObject): readonly DescService[] {
  const { files } = createFileRegistry(fromJson(FileDescriptorProtoSchema, file), () => undefined);
  return [...files].flatMap(({ services }) => services);
}
