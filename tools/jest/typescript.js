// node --import .../typescript.js --conditions=@retort/source: runs the packages' sources in processes and threads that tests start.
import { register } from 'node:module';

register('./typescript-hooks.js', import.meta.url);
