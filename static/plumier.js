// What every page of the staff does. All of it works without: this only makes it quicker, and faults heard.

const fault = document.getElementById('fault');
const login = new URL(document.body.dataset.login, location.href).pathname;

const toasts = document.querySelector('.toasts');

const path = (address) => new URL(address, location.href).pathname;

// A fault stands until it is closed or the next answer comes well; one sentence in data-* per kind of fault.
const tell = (kind) => {
  fault.querySelector('span').textContent = fault.dataset[kind];
  fault.querySelector('#fault-login').hidden = kind !== 'out';
  // In a dialog everything outside is out of reach: the fault is told inside.
  (document.querySelector('dialog[open]') ?? toasts).prepend(fault);
  fault.hidden = false;
};

// Over; and out of the dialog, whose contents may be replaced.
const hush = () => {
  fault.hidden = true;
  if (!toasts.contains(fault)) toasts.prepend(fault);
};

// Said by a screen reader, shown to nobody: what happened without the page changing where one looks.
const say = (words) => {
  document.getElementById('said').textContent = words;
};

const isTyped = (one) =>
  one.matches('textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=search], [type=submit])') &&
  (one.type === 'file' ? one.files.length > 0 : one.value !== one.defaultValue);

// What is written in a form that keeps no draft is not lost without a question: by a swap, nor by leaving the page.
const unsent = (within) =>
  [...within.querySelectorAll('form[data-unsent] :is(textarea, input[type=text])')].some((one) => one.value.trim() && isTyped(one));

// What is marked or typed and not saved.
const unsaved = () =>
  [...document.querySelectorAll('form[data-unsaved] :is(input, textarea)')].some((one) =>
    one.type === 'radio' ? one.checked !== one.defaultChecked : isTyped(one));

let sent = false;
document.addEventListener('submit', (event) => {
  if (!event.defaultPrevented && event.target.matches('form:is([data-unsent], [data-unsaved])')) sent = true;
});

document.addEventListener('htmx:beforeRequest', (event) => {
  const { target } = event.detail;
  if (!target || !unsent(target)) return;
  if (!confirm(target.querySelector('form[data-unsent]').dataset.unsent)) event.preventDefault();
});

window.addEventListener('beforeunload', (event) => {
  if (!sent && (unsent(document) || unsaved())) event.preventDefault();
});

// The log-in is over. With nothing typed it is led there, and back here after it; else what is typed stays.
const out = () => {
  if ([...document.querySelectorAll('textarea, input')].some(isTyped)) tell('out');
  else location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
};

// A log-in made in another tab changes the token: take the new one from this page as it is now.
const renew = async () => {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } });
  if (!answer.ok || path(answer.url) === login) return;
  const now = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const token = now.querySelector('[name=csrfmiddlewaretoken]')?.value;
  if (!token) return;
  document.body.setAttribute('hx-headers', JSON.stringify({ 'X-CSRFToken': token }));
  for (const field of document.querySelectorAll('[name=csrfmiddlewaretoken]')) field.value = token;
  hush();
};

document.addEventListener('visibilitychange', () => {
  const waits = fault && !fault.hidden && !fault.querySelector('#fault-login').hidden;
  if (waits && document.visibilityState === 'visible') renew().catch(() => {});
});

document.addEventListener('htmx:beforeSwap', (event) => {
  const { xhr, requestConfig } = event.detail;
  const led = xhr.responseURL && path(xhr.responseURL);
  if (led === login) {
    event.detail.shouldSwap = false;
    out();
  } else if (led && led !== path(requestConfig.path) && /^\s*<!doctype html/i.test(xhr.responseText)) {
    // Led on to another whole page: it is no fragment of this one, so it is opened.
    event.detail.shouldSwap = false;
    location.assign(xhr.responseURL);
  } else if (event.detail.shouldSwap) {
    hush();
  }
});

const KINDS = { 403: 'refused', 404: 'gone', 409: 'refused', 410: 'gone' };
document.addEventListener('htmx:responseError', (event) => tell(KINDS[event.detail.xhr.status] ?? 'broken'));
document.addEventListener('htmx:sendError', () => tell('offline'));
document.addEventListener('htmx:timeout', () => tell('late'));

// The dialog: opened by what is swapped into it, closed by [data-close] and Escape; the focus goes back by itself.
document.addEventListener('htmx:afterSwap', (event) => {
  const dialog = event.detail.target;
  if (dialog?.id !== 'dialog') return;
  if (dialog.childElementCount === 0) dialog.close();
  else if (!dialog.open) dialog.showModal();
});

// Emptied when closed, for the next one begins anew.
document.getElementById('dialog')?.addEventListener('close', (event) => {
  hush();
  event.target.replaceChildren();
});

document.addEventListener('click', async (event) => {
  if (!(event.target instanceof Element)) return;
  const dialog = event.target.closest('[data-close]')?.closest('dialog[open]');
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
  if (event.target.closest('#fault-close')) hush();
  const copies = event.target.closest('[data-copy]');
  if (copies) {
    const from = document.querySelector(copies.dataset.copy);
    await navigator.clipboard.writeText(from.value ?? from.textContent.trim());
    say(copies.dataset.copied ?? '');
  }
  // One open menu at a time, and none after a click beside it.
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest?.('form[data-ctrl-enter]');
    if (form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector('[data-sends]'));
    }
  }
  if (event.key === 'Escape') {
    const menu = event.target.closest?.('details.menu[open]');
    if (menu) {
      menu.open = false;
      menu.querySelector('summary').focus();
    }
  }
});

// A page that the browser kept whole may be from before somebody left: it is asked for again.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
