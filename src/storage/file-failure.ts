import { hasErrorCode } from '../error-code.ts';
import { CliError } from '../errors.ts';
import { machineFault } from '../machine-fault.ts';

/** A file-system error as the user sees it, `invalid` or, where this machine has no more of something, `unavailable`; anything else unchanged. */
export function fileFailure(error: unknown, path: string, action: 'read' | 'write'): unknown {
  if (!(error instanceof Error) || error instanceof CliError || !('code' in error && 'syscall' in error)) return error;
  const fault = machineFault(error);
  const reason = fault?.message ?? REASONS[String(error.code)] ?? error.code;
  return new CliError(fault?.code ?? 'invalid', `cannot ${action} ${path}: ${reason}`, {
    hint: fault?.hint ?? HINTS[String(error.code)] ?? 'check its owner and mode, or name another folder in FLOWKIWI_CONFIG_DIR',
    cause: error,
  });
}

const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'] as const;

const HINTS: Readonly<Record<string, string>> = {
  EBUSY: 'a file that is mounted by itself cannot be replaced: mount the folder, not the file, or give the token in FLOWKIWI_TOKEN',
  EROFS: 'mount the folder so that it can be written, name another one in FLOWKIWI_CONFIG_DIR, or give the token in FLOWKIWI_TOKEN',
};

/** Whether an error of `fileFailure` is that of a full disk. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof CliError && hasErrorCode(error.cause, ...FULL);
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOENT: 'there is no such folder, and none can be made',
  ENAMETOOLONG: 'the name is too long',
  ENOTDIR: 'a part of the path is not a directory',
  EBUSY: 'it is in use, or mounted by itself',
  EEXIST: 'something else is in its place',
  ELOOP: 'too many symbolic links',
};
