// Entry point: reads the settings, starts one server and stops it on SIGTERM or SIGINT.

import { readSettings } from './src/settings.js';
import { startServer } from './src/start.js';

const server = await startServer(readSettings(process.env));
console.log(`listening on ${server.port}`);

const stop = async () => {
  await server.stop();
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
