// For a container's health check: node healthy.js URL exits with 0 where the URL answers with 2xx.
const [, , url] = process.argv;
const ok = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
  (response) => response.ok,
  () => false,
);
process.exitCode = ok ? 0 : 1;
