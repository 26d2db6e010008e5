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
