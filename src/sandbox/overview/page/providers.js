// The APIs whose organizations and instances the page shows, by the values of their tabs.
import { flowkiwi } from './provider-flowkiwi.js';
import { zitadel } from './provider-zitadel.js';

export const PROVIDERS = { flowkiwi, zitadel };
