/**
 * What conf writes its file with: the build puts this module in the place of the package `atomically`, which opens its temporary file also where
 * somebody else has put a link by then, and gives it, by its name, to the owner of the file before.
 */
export { replacePrivateFile as writeFileSync } from '../files/private-file.ts';
