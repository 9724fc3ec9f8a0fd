import { LOG_SIZE } from './request-log.ts';

/**
 * The script of the page: it puts in what the server sends, which has made it safe. Only the state of the connection is announced
 * to a screen reader; everything else changes too often. Its hash is in the content security policy, so it stands in the page exactly like this.
 */
export const SCRIPT = `
const byId = (id) => document.getElementById(id);
const events = new EventSource('events');
events.onopen = () => { byId('state').textContent = 'Live'; };
events.onerror = () => { byId('state').textContent = 'Not connected, trying again'; };
events.onmessage = ({ data }) => {
  const { tree, rows, all } = JSON.parse(data);
  if (tree !== undefined) byId('tree').innerHTML = tree;
  const requests = byId('requests');
  if (all) requests.innerHTML = rows;
  else requests.insertAdjacentHTML('afterbegin', rows);
  while (requests.rows.length > ${LOG_SIZE}) requests.deleteRow(-1);
  byId('no-requests').hidden = requests.rows.length > 0;
};
`;
