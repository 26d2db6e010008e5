// Mirador as an installed application: its worker has a page for when there is no connection, and nothing else.
// Without one (an old browser, a page without https) Mirador is the same.
const { worker } = document.getElementById('mirador-script').dataset;

navigator.serviceWorker?.register(worker).catch(() => {});
