/** Vite gathers what a view imports into a file that is loaded with it. */
declare module '*.css';
