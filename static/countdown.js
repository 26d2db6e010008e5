// The time left ticks, by the server's clock: what was left when the page was made, less what has passed since. A
// screen reader is not told each second; without this file the sentence of whole minutes stands.
const begun = Date.now();

const two = (number) => String(number).padStart(2, '0');

const clock = (seconds) => {
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
};

// At the hour itself it is still in time: only then is the sentence another.
const tick = (place, all) => {
  const left = all - Math.floor((Date.now() - begun) / 1000);
  if (left < 0) {
    place.replaceChildren(place.querySelector('template').content);
    place.setAttribute('role', 'status');
    return;
  }
  place.querySelector('strong').className = 'hidden-words';
  const shown = place.querySelector('[data-clock]');
  shown.textContent = shown.dataset.clock.replace('{time}', clock(left));
  setTimeout(() => tick(place, all), 1000 - ((Date.now() - begun) % 1000));
};

for (const place of document.querySelectorAll('[data-countdown]')) tick(place, Number(place.dataset.countdown));
