import { render } from 'preact';
import { App, loadView } from './app.tsx';
import { createApi } from './lib/api.ts';
import { storedKey } from './lib/keys.ts';
import { LiveStream } from './lib/live.ts';
import { followLink } from './lib/navigation.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');

loadView(location.pathname);
const api = createApi(location.origin, storedKey);
const live = new LiveStream(api);
window.addEventListener('online', () => live.retry());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') live.retry();
});
document.addEventListener('click', followLink);
render(<App api={api} live={live} />, root);
