{% autoescape off %}// Keeps the page that says that there is no connection, with its style: no page of anybody's is ever kept.
const PREFIX = 'mirador-sin-conexion-';
const CACHE = PREFIX + {{ version }};
const PAGE = {{ page }};
const FILES = {{ files }};
{% endautoescape %}
const address = (path) => new URL(path, self.location.origin).href;

self.addEventListener('install', (event) => {
  // Asked for without cookies, as whoever is nobody.
  const asked = [PAGE, ...FILES].map((path) => new Request(path, { cache: 'reload', credentials: 'omit' }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(asked)).then(() => self.skipWaiting()));
});

const tidy = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  // The page is asked for while the worker still wakes up.
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

self.addEventListener('activate', (event) => event.waitUntil(tidy()));

const open = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
};

const file = async (request) => {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
};

// What is sent, and whatever else is asked for, goes its way without a look at it.
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(open(event));
  else if (FILES.some((path) => address(path) === request.url)) event.respondWith(file(request));
});
