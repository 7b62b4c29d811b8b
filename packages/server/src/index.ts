export { type App, type AppOptions, createApp } from './app.ts';
export * from './inference/index.ts';
export { type ListenOptions, listen, type RunningServer } from './listen.ts';
export { type Classification, type Classifier, openClassifier } from './model/classifier.ts';
export { type LocatedModel, locateModel, type ModelChoice } from './model/locate.ts';
