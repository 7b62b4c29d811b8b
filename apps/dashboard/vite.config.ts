import { defineConfig } from 'vite';
import { sizeLimit } from './build/size-limit.ts';
import { smallerPlot } from './build/smaller-plot.ts';

/** While developing, the API is that of a server that runs beside: `nx run server:serve`. */
const api = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [smallerPlot(), sizeLimit(160)],
  build: { target: 'es2023', modulePreload: { polyfill: false } },
  server: { proxy: { '/api': api, '/v1': api, '/docs': api, '/openapi.json': api } },
});
