import { type DescMessage, fromBinary, type Message, toBinary, toJsonString } from '@bufbuild/protobuf';
import { jsonText, messageFromJson } from '../http/json-message.ts';
import { StatusError } from '../status.ts';

/** How a message is written as bytes. */
export interface MessageFormat {
  /** Throws `StatusError` for bytes that are no such message. */
  readonly read: (schema: DescMessage, bytes: Uint8Array) => Message;
  readonly write: (schema: DescMessage, message: Message) => Uint8Array;
}

const BINARY: MessageFormat = {
  read: (schema, bytes) => {
    try {
      return fromBinary(schema, bytes);
    } catch {
      throw new StatusError('InvalidArgument', `proto: these bytes are no ${schema.typeName}`);
    }
  },
  write: toBinary,
};

const JSON_TEXT: MessageFormat = {
  read: (schema, bytes) => {
    const text = jsonText(bytes);
    if (text === '') throw new StatusError('InvalidArgument', 'proto: an empty body is no JSON object');
    return messageFromJson(schema, text);
  },
  write: (schema, message) => Buffer.from(toJsonString(schema, message)),
};

/** The formats by their names in content types. */
export const MESSAGE_FORMATS = { proto: BINARY, json: JSON_TEXT } as const;

export type FormatName = keyof typeof MESSAGE_FORMATS;
