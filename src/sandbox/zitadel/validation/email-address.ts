/** Longest address and longest part before the `@`, in characters, as protoc-gen-validate has them. */
const LONGEST_ADDRESS = 254;
const LONGEST_LOCAL_PART = 64;
const LONGEST_HOST = 253;

const ATOM = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;

/** Why protoc-gen-validate takes the text for no e-mail address; undefined when it takes it for one. A name before `<address>` is allowed. */
export function emailAddressProblem(text: string): string | undefined {
  const address = /^[^<>]*<([^<>]*)>$/.exec(text.trim())?.[1] ?? text.trim();
  if (address === '') return 'mail: no address';
  const at = address.lastIndexOf('@');
  if (at < 0) return "mail: missing '@' or angle-addr";
  const [local, host] = [address.slice(0, at), address.slice(at + 1)];
  if (!ATOM.test(local) || host === '') return 'mail: no angle-addr';
  if (address.length > LONGEST_ADDRESS) return `email addresses cannot exceed ${LONGEST_ADDRESS} characters`;
  if (local.length > LONGEST_LOCAL_PART) return `email address local phrase cannot exceed ${LONGEST_LOCAL_PART} characters`;
  return hostNameProblem(host);
}

function hostNameProblem(host: string): string | undefined {
  const name = host.replace(/\.$/, '');
  if (name.length > LONGEST_HOST) return `hostname cannot exceed ${LONGEST_HOST} characters`;
  for (const part of name.split('.')) {
    if (part === '' || part.length > 63) return 'hostname part must be non-empty and cannot exceed 63 characters';
    if (part.startsWith('-')) return 'hostname parts cannot begin with hyphens';
    if (part.endsWith('-')) return 'hostname parts cannot end with hyphens';
    const wrong = /[^a-z0-9-]/i.exec(part)?.[0];
    if (wrong !== undefined) return `hostname parts can only contain alphanumeric characters or hyphens, got ${JSON.stringify(wrong)}`;
  }
  return undefined;
}
