import { defineConfig } from 'vite';

/** While developing, the API is that of a server that runs beside: `nx run server:serve`. */
const api = 'http://127.0.0.1:8080';

export default defineConfig({
  build: { modulePreload: { polyfill: false } },
  server: { proxy: { '/v1': api, '/openapi.json': api } },
});
