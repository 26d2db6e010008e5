// Writing a message: the counter of an SMS, keeping the draft while it is typed, and placeholders at the cursor.
// All of it works without: the server counts again, and every button of the form keeps what is typed.

// GSM 7-bit and its extension, whose letters take two places each (3GPP TS 23.038). The server's `segments` is the
// truth; a test holds both to the same texts.
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENDED = new Set('\f^{}\\[~]|€');
const ROOM = { gsm7: [160, 153], ucs2: [70, 67] };

export const explain = (text) => {
  const letters = [...text];
  const forcing = [...new Set(letters.filter((letter) => !BASIC.has(letter) && !EXTENDED.has(letter)))];
  const alphabet = forcing.length ? 'ucs2' : 'gsm7';
  const units = letters.map((letter) => (forcing.length ? letter.length : EXTENDED.has(letter) ? 2 : 1));
  const total = units.reduce((sum, unit) => sum + unit, 0);
  const [alone, joined] = ROOM[alphabet];
  let segments = 1;
  let used = 0;
  if (total > alone) {
    for (const unit of units) {
      if (used + unit > joined) [segments, used] = [segments + 1, 0];
      used += unit;
    }
  }
  return { characters: letters.length, units: total, alphabet, segments, forcing };
};

// The words come from the page, with a number in their {n}.
const count = (text) => {
  const counter = document.getElementById('write-counter');
  if (!counter) return;
  const words = counter.dataset;
  const most = Number(words.most);
  // As it is sent: without the blanks around it.
  const { characters, segments, forcing } = explain(text.trim());
  const over = characters - most;
  counter.querySelector('[data-number]').textContent = `${characters} / ${most}`;
  const parts = over > 0 ? [words.over.replace('{n}', over)] : [];
  if (words.sms) {
    if (characters) parts.push(words.sms.replace('{n}', segments));
    if (forcing.length) parts.push(words.forcing.replace('{letters}', forcing.slice(0, 6).join(' ')));
  }
  counter.querySelector('[data-words]').textContent = parts.join(' · ');
  if (over > 0) counter.dataset.level = 'bad';
  else if (words.sms && segments > 1) counter.dataset.level = 'warn';
  else delete counter.dataset.level;
};

// Keeping: a second after the last key and when a field is left. One at a time, the last one wins.
const WAIT = 1000;
const AGAIN = 5000;
const MOMENT = ['when', 'day', 'hour'];
let timer;
let kept = Promise.resolve();
let saving = 0;
let asking; // the request whose answer will put a new form in the place of this one
let sent = {};
let since = {};
let again = '';

const form = () => document.querySelector('form[data-keeps]');

const words = (one, data) => {
  const fields = new FormData(one);
  for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
  for (const [name, value] of Object.entries(data)) fields.set(name, value);
  return fields;
};

const said = (one) => one.querySelector('#write-kept');

const typedIn = (one) =>
  Object.fromEntries(['body', 'subject'].filter((name) => one.elements[name]).map((name) => [name, one.elements[name].value]));

// Later than now: the version that is shown will be another.
const wait = (one, time) => {
  clearTimeout(timer);
  timer = setTimeout(() => form() === one && queue(one), time);
};

const keep = async (one) => {
  if (asking && form() === one) return wait(one, WAIT);
  clearTimeout(timer);
  const changed = one.dataset.dirty;
  delete one.dataset.dirty;
  const fields = words(one, { hacer: 'guardar', solo: 'guardado' });
  const line = said(one);
  try {
    const answer = await fetch(one.action, { method: 'POST', body: fields, redirect: 'manual' });
    // Led on: to the log-in, or to the send that another window made of it.
    if (answer.type === 'opaqueredirect') throw new Error('out');
    if (!answer.ok && answer.status !== 409) throw new Error('failed');
    line.innerHTML = await answer.text();
    if (!answer.ok) return;
    const version = line.querySelector('[data-version]')?.dataset.version;
    if (version) one.elements.version.value = version;
    // What else hangs on it: when it leaves, and what an SMS costs.
    if (changed) one.querySelector('#who')?.dispatchEvent(new CustomEvent('refresh'));
  } catch (fault) {
    one.dataset.dirty = changed || (one.dataset.dirty ?? '');
    line.textContent = line.dataset[fault.message === 'out' ? 'out' : 'offline'];
    if (fault.message !== 'out') wait(one, AGAIN);
  }
};

const queue = (one) => {
  saving += 1;
  kept = kept.then(() => keep(one)).finally(() => (saving -= 1));
  return kept;
};

document.addEventListener('input', (event) => {
  const one = event.target.closest?.('form[data-keeps]');
  if (!one) return;
  if (event.target.id === 'id_body') count(event.target.value);
  const more =
    MOMENT.includes(event.target.name) ||
    document.querySelector('#write-counter[data-sms], #write-example') ||
    /{.*}/.test(event.target.value);
  one.dataset.dirty = more ? 'more' : (one.dataset.dirty ?? '');
  wait(one, WAIT);
});

document.addEventListener('focusout', (event) => {
  const one = event.target.closest?.('form[data-keeps]');
  // A press of one of its buttons keeps by itself.
  if (one && 'dirty' in one.dataset && event.relatedTarget?.type !== 'submit') queue(one);
});

// The form asks with the version that it shows, so it waits for a keeping under way. What is pressed while it asks is
// pressed in the new form that comes, and what is typed meanwhile goes on there.
const formOf = (event) => {
  const one = event.detail.elt.closest?.('form[data-keeps]');
  return event.detail.target === one ? one : undefined;
};

document.addEventListener('htmx:confirm', (event) => {
  const { elt, triggeringEvent, issueRequest } = event.detail;
  if (!formOf(event) || (!asking && !saving)) return;
  event.preventDefault();
  const pressed = triggeringEvent?.submitter ?? elt;
  if (asking) again = pressed.id ? `#${pressed.id}` : `[name="${pressed.name}"][value="${pressed.value}"]`;
  else kept.then(() => issueRequest(true));
});

document.addEventListener('htmx:beforeRequest', (event) => {
  const one = formOf(event);
  if (!one) return;
  clearTimeout(timer);
  delete one.dataset.dirty;
  asking = event.detail.xhr;
  sent = typedIn(one);
});

document.addEventListener('htmx:beforeSwap', (event) => {
  const one = form();
  if (!asking || event.detail.xhr !== asking || !one) return;
  since = Object.fromEntries(Object.entries(typedIn(one)).filter(([name, value]) => value !== sent[name]));
});

document.addEventListener('htmx:afterRequest', (event) => {
  if (event.detail.xhr !== asking) return;
  asking = undefined;
  // Not done: what was typed still waits to be kept.
  if (!event.detail.successful && form()) wait(form(), AGAIN);
});

const resume = () => {
  const one = form();
  if (!one || asking) return;
  for (const [name, value] of Object.entries(since)) {
    if (!one.elements[name]) continue;
    one.elements[name].value = value;
    one.elements[name].dispatchEvent(new Event('input', { bubbles: true }));
  }
  const pressed = again ? one.querySelector(again) : null;
  [since, again] = [{}, ''];
  pressed?.click();
};

// Closing keeps it, and says where it is.
document.addEventListener(
  'close',
  (event) => {
    const one = event.target.querySelector?.('form[data-keeps]');
    if (!one || !one.querySelector('#id_body')) return;
    const toast = one.querySelector('template')?.content.cloneNode(true);
    const typed = ['body', 'subject'].some((name) => one.elements[name]?.value.trim());
    if ('dirty' in one.dataset) queue(one);
    const toasts = document.querySelector('.toasts');
    if (!typed || !toast || !toasts) return;
    toasts.querySelector('[data-writing-toast]')?.remove();
    toasts.append(toast);
    window.htmx?.process(toasts.lastElementChild);
  },
  true,
);

// Going away within the second: before the next page is asked for, so that it mostly has it; a phone only hides it.
const leave = () => {
  const one = form();
  if (!one || !('dirty' in one.dataset)) return;
  delete one.dataset.dirty;
  navigator.sendBeacon(one.action, words(one, { hacer: 'guardar', solo: 'guardado' }));
};
window.addEventListener('beforeunload', leave);
window.addEventListener('pagehide', leave);

document.addEventListener('click', (event) => {
  if (!(event.target instanceof Element)) return;
  const place = event.target.closest('[data-insert]');
  const text = document.getElementById('id_body');
  if (place && text) {
    text.setRangeText(place.dataset.insert, text.selectionStart, text.selectionEnd, 'end');
    text.dispatchEvent(new Event('input', { bubbles: true }));
    text.focus();
  }
  if (event.target.closest('[data-toast-close]')) event.target.closest('.toast').remove();
});

// What only works with a script is shown by it.
const begin = () => {
  for (const one of document.querySelectorAll('form[data-keeps] [data-scripted]')) one.hidden = false;
  const text = document.getElementById('id_body');
  if (text) count(text.value);
  resume();
};

document.addEventListener('htmx:load', begin);
begin();
// Typed before this was there to hear it.
for (const field of form()?.querySelectorAll('#id_body, #id_subject') ?? []) {
  if (field.value !== field.defaultValue) field.dispatchEvent(new Event('input', { bubbles: true }));
}
