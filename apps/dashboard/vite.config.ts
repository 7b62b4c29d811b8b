import { defineConfig } from 'vite';
import { sizeLimit } from './build/size-limit.ts';

/** While developing, the API is that of a server that runs beside: `nx run server:serve`. */
const api = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [sizeLimit(160)],
  build: { modulePreload: { polyfill: false } },
  server: { proxy: { '/api': api, '/v1': api, '/docs': api, '/openapi.json': api } },
});
