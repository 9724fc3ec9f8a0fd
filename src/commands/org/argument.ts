/** ORG on a command line: an id, or a name that Flowkiwi's profile remembers and ZITADEL looks up. */
export const ORG = { name: 'org', summary: 'id, or a name (at Flowkiwi: that this profile knows)' };
