// «Escribir a 2 profesores»: the button says how many are ticked. Without this it says so in general.

const say = (form) => {
  const button = form.querySelector('[data-ticked]');
  button.dataset.none ??= button.textContent;
  const ticked = form.querySelectorAll('input[type=checkbox]:checked').length;
  const { none, one, many } = button.dataset;
  button.textContent = ticked === 0 ? none : ticked === 1 ? one : many.replace('{n}', ticked);
};

for (const form of document.querySelectorAll('form[data-ticks]')) {
  form.addEventListener('change', () => say(form));
  say(form);
}
