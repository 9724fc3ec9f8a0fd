import type { Context } from '../../context/context.ts';

/** Tells of a failure inside the sandbox, which its client sees only as a server error: one line on stderr, without secrets. */
export function reportFailureTo({ messages }: Pick<Context, 'messages'>): (error: unknown) => void {
  return (error) => {
    void import('../../http/redact.ts').then(({ redactText }) => {
      const text = redactText(error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ');
      return messages.warning(`the sandbox failed to answer a request: ${text}`);
    });
  };
}
