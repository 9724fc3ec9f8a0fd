/** How many requests a viewer sees. */
export const MOST_SHOWN = 100;

/**
 * The script of the page: it asks for the updates with the secret, and puts in what the server sends, which has made it safe. The secret comes
 * in the fragment of the address, which is sent to nobody, and is kept for this tab. Only the state of the connection is announced to a
 * screen reader; everything else changes too often. Its hash is in the content security policy, so it stands in the page exactly like this.
 */
export const SCRIPT = `
const byId = (id) => document.getElementById(id);
const SECRET = 'flowkiwi-sandbox-secret';
const [, given] = /^#secret=([\\w-]+)$/.exec(location.hash) ?? [];
if (given) {
  sessionStorage.setItem(SECRET, given);
  history.replaceState(null, '', location.pathname);
}
const secret = sessionStorage.getItem(SECRET);
const headers = secret ? { authorization: 'Bearer ' + secret } : {};
const show = (update) => {
  const { tree, rows, all } = JSON.parse(update);
  if (tree !== undefined) byId('tree').innerHTML = tree;
  const requests = byId('requests');
  if (all) requests.innerHTML = rows;
  else requests.insertAdjacentHTML('afterbegin', rows);
  while (requests.rows.length > ${MOST_SHOWN}) requests.deleteRow(-1);
  byId('no-requests').hidden = requests.rows.length > 0;
};
const follow = async () => {
  const response = await fetch('events', { headers });
  const isLocked = response.status === 401;
  byId('locked').hidden = !isLocked;
  byId('content').hidden = isLocked;
  byId('state').textContent = isLocked ? 'Locked' : 'Live';
  if (!response.ok) return isLocked;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    const updates = (text + value).split('\\n');
    text = updates.pop();
    updates.forEach(show);
  }
};
const keepUp = async () => {
  for (;;) {
    if (await follow().catch(() => false)) return;
    byId('state').textContent = 'Not connected, trying again';
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
};
void keepUp();
`;
