// Choices by search get the name of their field: their own library leaves what is chosen without one.
const name = (select) => {
  const shown = select.parentElement?.querySelector('.select2-selection__rendered');
  const label = select.labels?.[0]?.textContent.trim().replace(/:$/, '');
  if (shown && label) shown.setAttribute('aria-label', label);
};
const nameAll = () => document.querySelectorAll('select.admin-autocomplete').forEach(name);
window.addEventListener('DOMContentLoaded', () => {
  nameAll();
  new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
});
// A file that is too large is told at once, before it is sent.
for (const form of document.querySelectorAll('form[data-most-bytes]')) {
  const file = form.querySelector('input[type=file]');
  file?.addEventListener('change', () => {
    const large = [...file.files].some((one) => one.size > Number(form.dataset.mostBytes));
    file.setCustomValidity(large ? form.dataset.tooLarge : '');
    file.reportValidity();
  });
}
