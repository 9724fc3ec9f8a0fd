import { expect, test } from 'vitest';
import { machineFault } from '../src/machine-fault.ts';

const coded = (code: string, message = `${code}: secret detail`) => Object.assign(new Error(message), { code });
const named = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each<[name: string, error: unknown, code: string, hint: RegExp]>([
  ['too many files of a process', coded('EMFILE'), 'unavailable', /ulimit/],
  ['too many files of a machine', coded('ENFILE'), 'unavailable', /end what holds many/],
  ['no memory, of the system', coded('ENOMEM'), 'unavailable', /memory|ulimit -v/],
  ['no memory, of a buffer', new RangeError('Array buffer allocation failed'), 'unavailable', /ulimit -v/],
  [
    'no memory, of WebAssembly',
    new RangeError('WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance'),
    'unavailable',
    /--disable-wasm-trap-handler/,
  ],
  ['no memory, of a module', named('RuntimeError', 'WebAssembly.Memory(): could not allocate memory'), 'unavailable', /ulimit -v/],
  ['no process', coded('EAGAIN', 'spawn /bin/sh EAGAIN'), 'unavailable', /-u/],
  ['a full disk', coded('ENOSPC'), 'unavailable', /make room/],
  ['no WebAssembly', new ReferenceError('WebAssembly is not defined'), 'usage', /--jitless/],
  ['a permission', coded('ERR_ACCESS_DENIED'), 'usage', /--permission/],
  ['a lost file of ours', coded('MODULE_NOT_FOUND'), 'usage', /NODE_OPTIONS/],
])('%s is a fault of the machine', (_, error, code, hint) => {
  const fault = machineFault(error);
  expect(fault).toMatchObject({ code, cause: error });
  expect(JSON.stringify(fault?.hint)).toMatch(hint);
  expect(fault?.message).not.toContain('secret detail');
});

test.each([
  ['a bug', new TypeError('x is not a function')],
  ['another name that is not defined', new ReferenceError('x is not defined')],
  ['a stack that is too deep', new RangeError('Maximum call stack size exceeded')],
  ['what is not there', coded('ENOENT')],
  ['a pipe that is full', coded('EAGAIN', 'EAGAIN: resource temporarily unavailable, write')],
  ['no error', 'EMFILE'],
])('%s is not', (_, error) => {
  expect(machineFault(error)).toBeUndefined();
});
