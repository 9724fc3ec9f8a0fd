import { hasErrorCode } from './error-code.ts';
import { CliError, type ErrorCode } from './errors.ts';
import type { Help } from './hint.ts';

/** What of this machine ran out or is switched off, and what helps. */
interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: Help;
}

const FEW_FILES: Fault = {
  code: 'unavailable',
  message: 'this process may open no more files',
  hint: { say: 'allow it more', command: { program: 'ulimit', words: ['-n', '1024'] } },
};
const NO_MEMORY: Fault = {
  code: 'unavailable',
  message: 'there is not enough memory',
  hint: 'give it more; where the address space is limited (ulimit -v), set NODE_OPTIONS=--disable-wasm-trap-handler, which needs less of it',
};
const NO_ROOM: Fault = { code: 'unavailable', message: 'the disk is full', hint: 'make room on the disk and run the command again' };
const FEW_PROCESSES: Fault = {
  code: 'unavailable',
  message: 'the system starts no more processes for this user',
  hint: { say: 'end some, or allow more; to see how many there may be', command: { program: 'ulimit', words: ['-u'] } },
};
const NO_WEBASSEMBLY: Fault = {
  code: 'usage',
  message: 'Node.js runs without WebAssembly, which flowkiwi needs',
  hint: 'leave --jitless out of NODE_OPTIONS and of the command line of Node.js',
};
const NOT_PERMITTED: Fault = {
  code: 'usage',
  message: 'Node.js runs with --permission, and was not allowed what this needs',
  hint: 'leave --permission out of NODE_OPTIONS and of the command line of Node.js',
};
const NO_MODULE: Fault = {
  code: 'usage',
  message: 'a part of flowkiwi cannot be loaded',
  hint: 'leave NODE_OPTIONS out if it is set; else install flowkiwi again',
};

const BY_ERROR_CODE: Readonly<Record<string, Fault>> = {
  EMFILE: FEW_FILES,
  ENFILE: { ...FEW_FILES, message: 'this machine can open no more files', hint: 'end what holds many, and run the command again' },
  ENOMEM: NO_MEMORY,
  ERR_MEMORY_ALLOCATION_FAILED: NO_MEMORY,
  ERR_WORKER_OUT_OF_MEMORY: NO_MEMORY,
  ENOSPC: NO_ROOM,
  EDQUOT: { ...NO_ROOM, message: 'the disk quota is used up' },
  EFBIG: { ...NO_ROOM, message: 'files may not be that large here (ulimit -f)' },
  ERR_ACCESS_DENIED: NOT_PERMITTED,
  MODULE_NOT_FOUND: NO_MODULE,
  ERR_MODULE_NOT_FOUND: NO_MODULE,
};

/**
 * The error of what this machine, or the Node.js that runs here, lacks, in place of one that looks like a bug; undefined for any other.
 * Needs no file that is not open yet. Pure.
 */
export function machineFault(error: unknown): CliError | undefined {
  if (!(error instanceof Error)) return undefined;
  const fault = faultOf(error);
  return fault && new CliError(fault.code, fault.message, { hint: fault.hint, cause: error });
}

function faultOf(error: Error): Fault | undefined {
  const { message } = error;
  if (error instanceof ReferenceError) return message.startsWith('WebAssembly is not defined') ? NO_WEBASSEMBLY : undefined;
  // V8 gives these no code.
  if (error instanceof RangeError || error.name === 'RuntimeError') {
    return /out of memory|allocation failed|could not allocate/i.test(message) ? NO_MEMORY : undefined;
  }
  if (hasErrorCode(error, 'EAGAIN') && message.startsWith('spawn')) return FEW_PROCESSES;
  return 'code' in error && typeof error.code === 'string' ? BY_ERROR_CODE[error.code] : undefined;
}
