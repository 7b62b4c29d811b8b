/** Whether the database is one that others run. The embedded server is stopped by who uses it last, also if it was only about to start. */
export function isDatabaseElsewhere(): boolean {
  return (process.env.DATABASE_URL ?? '') !== '';
}
