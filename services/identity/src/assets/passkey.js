/*
 * Signs in with a passkey, or adds one: fetches options from the server, asks the browser for the key, and follows the
 * answer's redirect.
 */
for (const button of document.querySelectorAll('[data-passkey]')) {
  if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON === undefined) button.hidden = true;
  button.addEventListener('click', () => use(button));
}

async function use(button) {
  const problem = document.getElementById('passkey-problem');
  if (problem) problem.hidden = true;
  button.disabled = true;
  try {
    const { passkey: path, adds } = button.dataset;
    const options = await (await post(`${path}/options`, button)).json();
    const credential =
      adds === undefined
        ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })
        : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    const { to } = await (await post(path, button, credential.toJSON())).json();
    location.assign(to);
  } catch {
    button.disabled = false;
    if (problem) problem.hidden = false;
  }
}

async function post(path, button, body = {}) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-csrf-token': button.dataset.token ?? '' },
    body: JSON.stringify(body),
  });
  if (response.ok) return response;
  // The user must sign in again first.
  const { to } = await response.json();
  if (to !== undefined) location.assign(to);
  throw new Error(`${response.status}`);
}
