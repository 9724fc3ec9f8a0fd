// The page of the sandbox: its parts, kept up to date by one stream.
import { showContents } from './contents.js';
import { closeBesides } from './dialogs.js';
import { byId } from './elements.js';
import { showFaults } from './faults.js';
import { counted } from './formats.js';
import { keepUp } from './live.js';
import { resetAll } from './node-forms.js';
import { showRequests } from './requests.js';
import { showSwitches } from './switches.js';

const STATES = { live: 'Live', lost: 'Not connected, trying again', locked: 'Locked' };

const requests = showRequests(() => reconnect());
const [showFaultsSet, showSwitchesSet] = [showFaults(), showSwitches()];
/** @type {undefined | (() => void)} it asks for what it shows at once, so it is made when the page is known to be allowed to */
let loadContents;

byId('address').textContent = location.origin;
byId('reset').addEventListener('click', () => resetAll(() => loadContents?.()));
closeBesides();
const reconnect = keepUp({ query: requests.query, onUpdate, onState });

/** @param {import('./live.js').State} state */
function onState(state) {
  byId('state').textContent = STATES[state];
  byId('state').dataset['state'] = state;
  byId('locked').hidden = state !== 'locked';
  if (state !== 'lost') byId('content').hidden = state === 'locked';
  byId('reset').hidden = byId('content').hidden;
}

/** @param {import('./types.d.ts').Update} update */
function onUpdate(update) {
  const { revision, counts, faults, switches } = update;
  if (loadContents === undefined) loadContents = showContents();
  else if (revision !== undefined) loadContents();
  if (counts) {
    const { organizations, instances } = counts;
    byId('counts').textContent =
      `${counted(organizations, 'organization')}, ${counted(instances, 'instance')}, ${counted(counts.requests, 'request')}`;
  }
  if (faults) showFaultsSet(faults);
  if (switches) void showSwitchesSet(switches);
  requests.update(update);
}
