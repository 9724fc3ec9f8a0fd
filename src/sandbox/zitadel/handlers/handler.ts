import {
  create,
  type DescMessage,
  type DescMethod,
  isMessage,
  type Message,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import type { Call, InstanceCall } from '../calls/call.ts';
import { StatusError } from '../status.ts';

/** What the server does for one method, however the call came in. */
export interface Handler {
  readonly method: DescMethod;
  /** Throws `StatusError`. */
  readonly run: (call: Call, instanceCall: InstanceCall | undefined, request: Message) => Promise<Message>;
}

type Method<Input extends DescMessage, Output extends DescMessage> = DescMethod & { readonly input: Input; readonly output: Output };

type Answer<Output extends DescMessage> = MessageInitShape<Output> | Promise<MessageInitShape<Output>>;

/** A call to the system, which belongs to no instance. */
export function systemHandler<Input extends DescMessage, Output extends DescMessage>(
  method: Method<Input, Output>,
  answer: (call: Call, request: MessageShape<Input>) => Answer<Output>,
): Handler {
  return {
    method,
    run: async (call, _, request) => {
      if (!isMessage(request, method.input)) throw new TypeError(`${method.name} takes no ${request.$typeName}`);
      return create(method.output, await answer(call, request));
    },
  };
}

/** A call to an instance: the one of the host or, in the system API, the one that the message names. */
export function instanceHandler<Input extends DescMessage, Output extends DescMessage>(
  method: Method<Input, Output>,
  answer: (call: InstanceCall, request: MessageShape<Input>) => Answer<Output>,
): Handler {
  return {
    method,
    run: async (_, call, request) => {
      if (!isMessage(request, method.input)) throw new TypeError(`${method.name} takes no ${request.$typeName}`);
      if (call === undefined) throw new StatusError('NotFound', 'no instance specified');
      return create(method.output, await answer(call, request));
    },
  };
}
