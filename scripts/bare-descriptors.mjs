// Takes out of ZITADEL's descriptors what nothing here reads: the texts of its OpenAPI documents, which are more than half of them.
import { readFile } from 'node:fs/promises';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/** Number of the extension of `openapiv2_swagger`, `_operation`, `_schema`, `_tag` and `_field`, each of another message. */
const OPENAPI = 1042;

/** An esbuild plugin. */
export const bareDescriptors = {
  name: 'bare-descriptors',
  setup(bundler) {
    bundler.onLoad({ filter: /@zitadel[/\\]proto[/\\]es[/\\].*_pb\.js$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      return { contents: code.replace(/(?<=fileDesc\(")[\w+/=]+/, bare) };
    });
  },
};

/** A descriptor in base64, without them. */
function bare(descriptor) {
  const file = fromBinary(FileDescriptorProtoSchema, Buffer.from(descriptor, 'base64'));
  const messages = file.messageType.flatMap(withNested);
  const described = [
    file,
    ...messages,
    ...messages.flatMap(({ field }) => field),
    ...file.service,
    ...file.service.flatMap(({ method }) => method),
  ];
  for (const { options } of described) {
    if (options?.$unknown !== undefined) options.$unknown = options.$unknown.filter(({ no }) => no !== OPENAPI);
  }
  return Buffer.from(toBinary(FileDescriptorProtoSchema, file)).toString('base64');
}

function withNested(message) {
  return [message, ...message.nestedType.flatMap(withNested)];
}
