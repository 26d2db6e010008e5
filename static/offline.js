// The page without a connection stands at the address of the page that was asked for: once there is one, that is shown.
const PAUSE = 5000;

// Asked for without its content; whatever is answered, there is somebody who answers.
const look = () => fetch(location.href, { method: 'HEAD', redirect: 'manual' }).then(() => location.reload());

window.addEventListener('online', () => location.reload());
setInterval(() => document.visibilityState === 'visible' && look().catch(() => {}), PAUSE);
