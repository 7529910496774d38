/*
 * Shows the typed password on request, and shows how close a new one is to the policy. Forms also work without this
 * script.
 */
for (const box of document.querySelectorAll('[data-shows]')) {
  const fields = box.form.querySelectorAll('input[type=password]');
  box.closest('label').hidden = false;
  box.addEventListener('change', () => show(fields, box.checked));
  // Browsers may store a text field and suggest it to others, so the type is set back to password.
  box.form.addEventListener('submit', () => show(fields, false));
}

for (const meter of document.querySelectorAll('meter[data-of]')) {
  const field = document.getElementById(meter.dataset.of);
  meter.hidden = false;
  field.addEventListener('input', () => {
    meter.value = strength(field.value);
  });
}

function show(fields, isShown) {
  for (const field of fields) field.type = isShown ? 'text' : 'password';
}

/**
 * From 0 to 1: progress towards the nearest of the three rules. The server checks whether the password is easy to
 * guess.
 */
function strength(text) {
  const has = [/\p{Lu}/u, /\p{Ll}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].map((kind) => Number(kind.test(text)));
  const share = (kinds, length) =>
    (kinds.reduce((sum, each) => sum + each, 0) / kinds.length) * Math.min(1, [...text].length / length);
  const words = text.split(/[\s_-]+/).filter((word) => word.length > 2).length;
  return Math.max(share(has, 12), share(has.slice(0, 3), 14), Math.min(1, words / 7));
}
