export { type App, type AppOptions, createApp } from './app.ts';
export type { HostRule } from './http/allowed-hosts.ts';
export type { KeyHolder, KeyStore } from './http/auth.ts';
export type { ServerEnv } from './http/environment.ts';
export { jsonLog, type Log, type RequestRecord } from './http/log.ts';
export * from './inference/index.ts';
export { type ListenOptions, listen, type RunningServer } from './listen.ts';
export { type LocatedModel, locateModel, type ModelChoice } from './model/locate.ts';
