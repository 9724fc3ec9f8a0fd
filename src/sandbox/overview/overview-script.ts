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
  while (requests.querySelectorAll('[data-number]').length > ${MOST_SHOWN}) requests.deleteRow(-1);
  byId('no-requests').hidden = requests.rows.length > 0;
  document.querySelector('.commands').hidden = requests.rows.length > 0;
  filter();
};
const filter = () => {
  const text = byId('filter-text').value.toLowerCase();
  const status = byId('filter-status').value;
  const withSignIn = byId('filter-sign-in').checked;
  let hidden = 0;
  for (const row of byId('requests').rows) {
    const [code] = row.querySelector('.status')?.textContent ?? '';
    const isOpen = row.classList.contains('detail');
    if (isOpen) { row.hidden = row.previousElementSibling.hidden; continue; }
    const isWanted = status === '' || (status === 'cut' ? code === 'c' : code === status[0]);
    row.hidden = !isWanted || !row.textContent.toLowerCase().includes(text) || ('signIn' in row.dataset && !withSignIn);
    hidden += row.hidden ? 1 : 0;
  }
  byId('hidden-count').textContent = hidden > 0 ? hidden + ' hidden' : '';
};
const element = (name, text, parent) => {
  const made = document.createElement(name);
  made.textContent = text;
  parent.append(made);
  return made;
};
const messageIn = (cell, title, { headers, body }) => {
  element('h3', title, cell);
  const lines = Object.entries(headers).map(([name, value]) => name + ': ' + value);
  const text = element('pre', lines.join('\\n') + (body === null ? '' : '\\n\\n' + body), cell);
  text.tabIndex = 0;
};
const open = async (button) => {
  const row = button.closest('tr');
  const isOpen = button.getAttribute('aria-expanded') === 'true';
  button.setAttribute('aria-expanded', String(!isOpen));
  if (isOpen) return row.nextElementSibling?.remove();
  const response = await fetch('requests?number=' + row.dataset.number, { headers });
  const [request] = (await response.json()).requests ?? [];
  const detail = document.createElement('tr');
  detail.className = 'detail';
  const cell = element('td', '', detail);
  cell.colSpan = 5;
  if (request) {
    messageIn(cell, 'Request', request.request);
    messageIn(cell, 'Answer', request.response);
    element('h3', 'curl', cell);
    element('pre', request.curl, cell).tabIndex = 0;
    const copy = element('button', 'Copy', cell);
    copy.className = 'copy';
    copy.type = 'button';
    copy.dataset.copy = request.curl;
    copy.setAttribute('aria-label', 'Copy the curl line');
  } else {
    element('p', 'It is not remembered any more.', cell);
  }
  row.after(detail);
};
document.addEventListener('click', async ({ target }) => {
  if (target.matches('.open')) return open(target);
  if (!target.matches('.copy')) return;
  await navigator.clipboard.writeText(target.dataset.copy);
  target.textContent = 'Copied';
  setTimeout(() => { target.textContent = 'Copy'; }, 1500);
});
byId('filter').addEventListener('input', filter);
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('reset').addEventListener('click', () => {
  if (!confirm('Delete every organization and instance of this sandbox?')) return;
  void fetch('reset', { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' });
});
const linesOf = (id) => byId(id).value.split('\\n').map((line) => line.trim()).filter(Boolean);
const loadBehaviour = async () => {
  const [{ rules }, switches] = await Promise.all(['faults', 'switches'].map(async (path) => (await fetch(path, { headers })).json()));
  byId('rules').value = rules.map(({ rule }) => rule).join('\\n');
  const set = Object.entries(switches).filter(([, value]) => value !== null);
  byId('switches').value = set.map(([name, value]) => name + '=' + value).join('\\n');
};
const setBehaviour = async () => {
  const problems = [];
  for (const [path, body] of [['faults', { rules: linesOf('rules') }], ['switches', { switches: linesOf('switches') }]]) {
    const sent = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(path, sent);
    if (!response.ok) problems.push((await response.json()).detail);
  }
  byId('behaviour-result').textContent = problems.length === 0 ? 'Set' : problems.join(' ');
  if (problems.length === 0) await loadBehaviour();
};
byId('behaviour').addEventListener('submit', (event) => {
  event.preventDefault();
  void setBehaviour();
});
const follow = async () => {
  const response = await fetch('events', { headers });
  const isLocked = response.status === 401;
  if (response.ok) await loadBehaviour();
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
